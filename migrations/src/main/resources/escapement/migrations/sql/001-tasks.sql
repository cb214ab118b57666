--liquibase formatted sql

-- A task is one row of `task` (what was asked, written once) plus exactly one row of `live` (narrow, while it can still
-- change) or of `ended` (how it ended). The hot path touches `live` alone until the end; claiming and finishing never
-- rewrite the wide row. `attempt` is the history of runs and the calibration log at once, `journal` the stream of changes.

--changeset escapement:types
create type escapement.task_status as enum
    ('BLOCKED', 'SCHEDULED', 'PENDING', 'DEFERRED', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED');
create type escapement.task_priority as enum ('CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'BACKGROUND');
create type escapement.risk_level as enum ('LOW', 'MEDIUM', 'HIGH');
create type escapement.attempt_outcome as enum
    ('SUCCEEDED', 'FAILED', 'TIMEOUT', 'CANCELLED', 'LOST', 'SNOOZED', 'DRY_RUN');
create type escapement.gate_path as enum ('AUTO', 'PROBE', 'HUMAN');

--changeset escapement:schema-version
-- A node needs version >= its own and compatible_from <= its own, a migration that older nodes survive leaves compatible_from alone.
create table escapement.schema_version (
    only_row        boolean primary key default true check (only_row),
    version         integer not null,
    compatible_from integer not null
);
insert into escapement.schema_version (version, compatible_from) values (1, 1);

--changeset escapement:names
create table escapement.queue (
    id          smallint generated always as identity primary key,
    name        text not null unique check (name ~ '^[A-Za-z0-9_.:-]{1,64}$'),
    held_at     timestamptz,
    held_by     text,
    hold_reason text,
    check ((held_at is null) = (held_by is null))
);
insert into escapement.queue (name) values ('default');

create table escapement.action (
    id            smallint generated always as identity primary key,
    name          text not null unique check (name ~ '^[A-Za-z0-9_.:-]{1,64}$'),
    description   text,
    params_schema jsonb,
    minimum_risk  escapement.risk_level not null default 'LOW',
    soft_failure  boolean not null default false
);

--changeset escapement:node
-- One row per start of a server process. Its lease is the only heartbeat there is: tasks point here and carry none of their own.
create table escapement.node (
    incarnation      integer generated always as identity primary key,
    name             text not null,
    version          text not null,
    max_concurrent   integer not null check (max_concurrent > 0),
    actions          smallint[] not null,
    owns_data_folder boolean not null default false,
    started_at       timestamptz not null default now(),
    lease_until      timestamptz not null,
    stopped_at       timestamptz
) with (fillfactor = 50);

--changeset escapement:task
-- id = days since 2026-01-01 in the upper bits, a cluster-wide number in the lower 40: ids grow with time, so a range of
-- ids is a range of days and old months are dropped as partitions instead of being deleted row by row.
create sequence escapement.task_id_block cache 1;

create table escapement.task (
    id                  bigint not null primary key,
    parent_id           bigint,
    created_at          timestamptz not null,
    action              smallint not null,
    queue               smallint not null,
    max_attempts        smallint not null check (max_attempts between 1 and 1000),
    priority            escapement.task_priority not null,
    risk_level          escapement.risk_level not null,
    confidence_score    numeric(7, 6) check (confidence_score between 0 and 1),
    description         text,
    workflow_id         text,
    created_by          text not null,
    idempotency_key     text,
    action_params       jsonb not null,
    metadata            jsonb,
    retry               jsonb,
    timeout_ms          bigint check (timeout_ms > 0)
) partition by range (id);
create table escapement.task_default partition of escapement.task default;
-- null workflow_id: the task is a workflow of its own, named by its id, and costs no index entry
create index task_workflow on escapement.task (workflow_id, id) where workflow_id is not null;

create table escapement.live (
    id               bigint primary key,
    claim_order      bigint not null,
    ready_at         timestamptz,
    run_at           timestamptz,
    started_at       timestamptz,
    fence            integer not null default 0,
    node             integer,
    attempt          integer not null default 0,
    uncounted        integer not null default 0,
    status           escapement.task_status not null
        check (status in ('BLOCKED', 'SCHEDULED', 'PENDING', 'DEFERRED', 'IN_PROGRESS')),
    priority         escapement.task_priority not null,
    risk_level       escapement.risk_level not null,
    action           smallint not null,
    queue            smallint not null,
    max_attempts     smallint not null,
    confidence_score numeric(7, 6),
    reason           text,
    cancel_reason    text,
    check ((status = 'IN_PROGRESS') = (node is not null)),
    check ((status = 'IN_PROGRESS') = (started_at is not null)),
    check ((status = 'SCHEDULED') = (run_at is not null)),
    check (uncounted between 0 and attempt)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000,
        autovacuum_analyze_scale_factor = 0.2, autovacuum_vacuum_cost_delay = 0);
-- exactly the claim: where status = 'PENDING' and queue = ? and claim_order >= ? order by claim_order, id
create index live_claim on escapement.live (queue, claim_order, id) where status = 'PENDING';
-- exactly the wake-up of what is due: where status = 'SCHEDULED' and run_at <= now() order by run_at, id
create index live_due on escapement.live (run_at, id) where status = 'SCHEDULED';
-- who wants a running task stopped: almost always empty
create index live_cancel on escapement.live (node, id) where cancel_reason is not null;
-- lists by status, newest first, and what a dead node held: where status = 'IN_PROGRESS'
create index live_status on escapement.live (status, id);

create table escapement.ended (
    id            bigint not null primary key,
    completed_at  timestamptz not null,
    attempt_count integer not null,
    status        escapement.task_status not null check (status in ('COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED')),
    reason        text,
    result        jsonb
) partition by range (id);
create table escapement.ended_default partition of escapement.ended default;
-- lists of the rare ends: COMPLETED, nearly all of them, walks the primary key backwards instead
create index ended_status on escapement.ended (status, id) where status <> 'COMPLETED';

--changeset escapement:idempotency
-- apart from task, because a unique index of a partitioned table would have to contain the id
create table escapement.idempotency (
    key     text primary key check (length(key) between 1 and 256),
    task_id bigint not null,
    digest  bytea not null
);

--changeset escapement:attempt
create table escapement.attempt (
    task_id          bigint not null,
    attempt          integer not null,
    fence            integer not null,
    node             integer not null,
    action           smallint not null,
    queue            smallint not null,
    outcome          escapement.attempt_outcome not null,
    risk_level       escapement.risk_level not null,
    gate_path        escapement.gate_path not null,
    ready_at         timestamptz not null,
    started_at       timestamptz not null,
    ended_at         timestamptz not null,
    confidence_score numeric(7, 6),
    error            text,
    primary key (task_id, attempt),
    check (attempt > 0),
    check (ended_at >= started_at)
) partition by range (task_id);
create table escapement.attempt_default partition of escapement.attempt default;

create table escapement.attempt_log (
    task_id bigint not null,
    attempt integer not null,
    line_no integer not null,
    at      timestamptz not null,
    line    text not null,
    primary key (task_id, attempt, line_no)
) partition by range (task_id);
create table escapement.attempt_log_default partition of escapement.attempt_log default;

create table escapement.attempt_progress (
    task_id  bigint not null primary key,
    attempt  integer not null,
    at       timestamptz not null,
    fraction real not null check (fraction between 0 and 1),
    message  text
) partition by range (task_id);
create table escapement.attempt_progress_default partition of escapement.attempt_progress default;

--changeset escapement:journal
-- One row per statement and kind of change, with all the tasks it moved. xid orders the rows as their transactions can be
-- seen: a reader that stops below pg_snapshot_xmin(pg_current_snapshot()) misses nothing that commits late.
create table escapement.journal (
    xid         xid8 not null default pg_current_xact_id(),
    seq         bigint generated always as identity (cache 100),
    at          timestamptz not null default now(),
    node        integer,
    queue       smallint not null,
    from_status escapement.task_status,
    to_status   escapement.task_status not null,
    outcome     escapement.attempt_outcome,
    n           integer not null,
    task_ids    bigint[] not null,
    attempts    integer[],
    primary key (xid, seq),
    check (cardinality(task_ids) = n),
    check ((outcome is null) = (attempts is null))
) with (autovacuum_vacuum_insert_scale_factor = 0.5);
alter table escapement.journal alter column task_ids set storage external;
alter table escapement.journal alter column attempts set storage external;
create index journal_at on escapement.journal using brin (at);

--changeset escapement:follower
create table escapement.follower (
    name       text primary key,
    xid        xid8 not null,
    seq        bigint not null,
    followed_at timestamptz not null
);

-- What the journal said up to the follower's position. Every count of tasks = this + the journal's tail, so no count
-- scans tasks and no completion updates a counter row.
create table escapement.change_count (
    queue       smallint not null,
    from_status escapement.task_status,
    to_status   escapement.task_status not null,
    outcome     escapement.attempt_outcome,
    n           bigint not null,
    unique nulls not distinct (queue, from_status, to_status, outcome)
);

create table escapement.attempt_minute (
    minute      timestamptz not null,
    action      smallint not null,
    queue       smallint not null,
    outcome     escapement.attempt_outcome not null,
    n           bigint not null,
    wait_ms     bigint not null,
    run_ms      bigint not null,
    primary key (minute, action, queue, outcome)
);
insert into escapement.follower (name, xid, seq, followed_at) values ('roll-up', '0', 0, now());

--changeset escapement:events
-- what happened to a task and is no attempt
create table escapement.event (
    id        bigint generated always as identity primary key,
    at        timestamptz not null default now(),
    task_id   bigint,
    kind      text not null,
    principal text,
    detail    jsonb not null default '{}'
);
create index event_task on escapement.event (task_id, id);

-- what people changed, append-only
create table escapement.audit (
    id        bigint generated always as identity primary key,
    at        timestamptz not null default now(),
    principal text not null,
    operation text not null,
    target    text not null,
    reason    text,
    detail    jsonb not null default '{}'
);

--changeset escapement:audit-append-only splitStatements:false
create function escapement.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'escapement.% is append-only: % refused', tg_table_name, lower(tg_op);
end $$;
create trigger audit_append_only before update or delete or truncate on escapement.audit
    for each statement execute function escapement.refuse_change();
