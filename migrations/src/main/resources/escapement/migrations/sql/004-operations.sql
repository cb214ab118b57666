--liquibase formatted sql

-- What people do to tasks that exist: edits of those that wait, and operations on many at once.

--changeset escapement:edits splitStatements:false
-- A claim reads the wide row as of its beginning, and so would miss an edit that commits while it looks for live rows.
alter table escapement.live add column params_edited boolean not null default false;
-- volatile, for that sees what has been committed by now
create function escapement.latest_params(task_id bigint) returns jsonb language sql volatile as $$
    select action_params from escapement.task where id = task_id
$$;

--changeset escapement:retries
-- A person's retry gives max_attempts anew: attempts up to this number count no more.
alter table escapement.task add column counted_after integer not null default 0;
