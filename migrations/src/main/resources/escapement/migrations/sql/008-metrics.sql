--liquibase formatted sql

-- How long attempts waited and ran, and what was removed, added up so that no question scans tasks. What an older node adds
-- up while it still runs has no place in percentiles.

--changeset escapement:attempt-spread
create type escapement.attempt_measure as enum ('WAIT', 'RUN');
-- By size: bucket b holds what took at least 2^(b/2) ms and less than 2^((b+1)/2) ms, so each is 1.41 times as wide as the one
-- before; -7 is anything shorter, 64 anything longer. Minutes become hours and hours days as they grow old.
create table escapement.attempt_spread (
    minute  timestamptz not null,
    measure escapement.attempt_measure not null,
    action  smallint not null,
    queue   smallint not null,
    bucket  smallint not null check (bucket between -7 and 64),
    outcome escapement.attempt_outcome not null,
    n       bigint not null,
    -- exactly the question: where minute >= ? and measure = ?
    primary key (minute, measure, action, queue, outcome, bucket)
);
-- The same since the beginning, for counters, which only grow: waits by queue, run times by action.
create table escapement.attempt_total (
    measure escapement.attempt_measure not null,
    subject smallint not null,
    bucket  smallint not null check (bucket between -7 and 64),
    n       bigint not null,
    us      bigint not null,
    primary key (measure, subject, bucket)
);

--changeset escapement:removed
-- What retention has removed, for the counts of tasks that were ever there: they stood in this status.
create table escapement.removed (
    queue    smallint not null,
    status   escapement.task_status not null,
    tasks    bigint not null,
    attempts bigint not null,
    primary key (queue, status)
);
-- delete where task_id = any: a key lives as long as its task
create index idempotency_task on escapement.idempotency (task_id);

--changeset escapement:gate-decision-columns
-- Of the task, so that reports need not look up the task of every decision. Null in rows of before and of older nodes.
alter table escapement.gate_decision
    add column action smallint,
    add column risk_level escapement.risk_level;
