--liquibase formatted sql

-- What people hold back from starting, and how the rest starts.
--
-- A hold of everything is what LOCKED means: there is no other note of it, so that the claim and every reader look at one
-- place. The mode beside it, LIVE or DRY_RUN, is what counts again when that hold is gone.

--changeset escapement:holds
create type escapement.hold_scope as enum ('EVERYTHING', 'QUEUE', 'ACTION');
create table escapement.hold (
    scope    escapement.hold_scope not null,
    -- the queue's or the action's number; 0 for everything
    subject  smallint not null,
    verified boolean not null,
    held_at  timestamptz not null default now(),
    -- from then on it does not count, whether somebody has removed it or not
    until    timestamptz,
    held_by  text not null,
    reason   text,
    primary key (scope, subject),
    check ((scope = 'EVERYTHING') = (subject = 0))
);
-- The columns stay for an older node that runs on: it goes on obeying these holds until it is replaced, and knows none of
-- the newer ones. Nothing of this version reads or writes them.
insert into escapement.hold (scope, subject, verified, held_at, held_by, reason)
select 'QUEUE', id, false, held_at, held_by, hold_reason from escapement.queue where held_at is not null;

--changeset escapement:mode
create type escapement.start_mode as enum ('LIVE', 'DRY_RUN');
create table escapement.mode (
    single   boolean primary key default true check (single),
    mode     escapement.start_mode not null default 'LIVE',
    verified boolean not null default false,
    -- null until the first node has started: only then may a setting choose the mode
    set_at   timestamptz,
    set_by   text,
    reason   text,
    check ((set_at is null) = (set_by is null))
);
insert into escapement.mode (set_at, set_by) values (null, null);
-- a database that has been served before is not for a setting to choose
update escapement.mode set set_at = now(), set_by = 'server'
 where exists (select from escapement.node) or exists (select from escapement.live) or exists (select from escapement.ended);
