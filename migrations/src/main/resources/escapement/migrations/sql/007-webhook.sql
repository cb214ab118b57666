--liquibase formatted sql

-- What is to be told to the address that operators set as ESCAPEMENT_WEBHOOK_URL. An older node tells nothing, and what it
-- does itself is not told.

--changeset escapement:webhook-node
alter table escapement.node add column webhook boolean not null default false;

--changeset escapement:webhook-delivery
-- Written in the transaction in which it happens, gone once it has been accepted.
create table escapement.webhook_delivery (
    id       bigint generated always as identity primary key,
    at       timestamptz not null default now(),
    event    text not null,
    -- null: it is about no task
    task_id  bigint,
    detail   jsonb not null,
    tries    integer not null default 0,
    next_at  timestamptz not null default now(),
    -- why the last try did not succeed
    error    text
);
-- One row: whoever sends holds it until then. One delivery at a time in the whole cluster keeps their order.
create table escapement.webhook_sender (
    single     boolean primary key default true check (single),
    busy_until timestamptz not null default '-infinity'
);
insert into escapement.webhook_sender default values;

--changeset escapement:webhook-wanted splitStatements:false
-- Whether some node has the setting. One whose lease ran out counts for an hour: it may have been killed, or cut off from a
-- database that was away, and what happens until it is back is to be told.
create function escapement.webhook_wanted() returns boolean language sql stable as $$
    select exists (select from escapement.node where webhook and stopped_at is null and lease_until > now() - interval '1 hour')
$$;

--changeset escapement:rfc3339 splitStatements:false
create function escapement.rfc3339(at timestamptz) returns text language sql immutable as $$
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
