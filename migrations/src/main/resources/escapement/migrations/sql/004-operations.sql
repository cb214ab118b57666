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

--changeset escapement:operation
create type escapement.operation_action as enum ('CANCEL', 'RETRY', 'REPRIORITISE');
create type escapement.operation_status as enum ('RUNNING', 'FINISHED', 'STOPPED');
-- Something to be done to every task of a filter, oldest first: any node does the next tasks after after_id and moves it
-- on in the same transaction. Tasks beyond up_to_id came later, so it ends.
create table escapement.operation (
    id          bigint generated always as identity primary key,
    created_at  timestamptz not null default now(),
    moved_at    timestamptz not null default now(),
    finished_at timestamptz,
    after_id    bigint not null default 0,
    up_to_id    bigint not null,
    changed     bigint not null default 0,
    refused     bigint not null default 0,
    matched     integer not null,
    action      escapement.operation_action not null,
    status      escapement.operation_status not null default 'RUNNING',
    priority    escapement.task_priority,
    more        boolean not null,
    created_by  text not null,
    reason      text not null,
    filter      jsonb not null,
    check ((status = 'RUNNING') = (finished_at is null)),
    check ((action = 'REPRIORITISE') = (priority is not null))
);
-- whose turn it is: where status = 'RUNNING' order by moved_at, id
create index operation_running on escapement.operation (moved_at, id) where status = 'RUNNING';
