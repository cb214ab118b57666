--liquibase formatted sql

-- Tasks that come from files: which installation a file is from, and tasks whose action nobody offers yet.

--changeset escapement:installation
-- Two installations may give the same id to different tasks, so a file of tasks says whose ids they are.
create table escapement.installation (
    only_row boolean primary key default true check (only_row),
    id       uuid not null default gen_random_uuid()
);
insert into escapement.installation default values;

--changeset escapement:unregistered
-- exactly who waits for its action to be registered: where status = 'BLOCKED' and reason is not null and action = any(?)
create index live_unregistered on escapement.live (action, id) where status = 'BLOCKED' and reason is not null;
