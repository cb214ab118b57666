--liquibase formatted sql

-- What the list of tasks and the overview of the page stand on.

--changeset escapement:task-stray
-- A task's id tells its day, but for one that came from a file, which is older. Whoever asks for the tasks submitted before
-- some time looks at the ids of the days until then, and here for the others: where id >= ? and (this condition) order by id
-- desc. Empty where no file was imported, and then costs a submit no more than the condition.
create index task_stray on escapement.task (id)
    where created_at at time zone 'UTC' < timestamp '2026-01-01' + (id >> 40) * interval '1 day';

--changeset escapement:submit-minute
-- How many tasks came in by minute, from the journal; hours and days as they grow old. Without those from before, and without
-- what an older node rolls up while it still runs.
create table escapement.submit_minute (
    minute timestamptz not null,
    queue  smallint not null,
    n      bigint not null,
    primary key (minute, queue)
);
