--liquibase formatted sql

-- Tasks that move other tasks: dependencies, branches, moments at which something happens to a task that waits or runs.
-- An older node that still runs goes on working, but knows of none of this: what it ends moves no other task. So none may
-- start any more, and those that run are to be stopped before the first task that waits for another is submitted.

--changeset escapement:workflow-types
create type escapement.required_status as enum ('COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED', 'ANY');
create type escapement.moment_kind as enum ('DEPENDENCY_TIMEOUT', 'START_BY', 'AT_RISK', 'DEADLINE');

--changeset escapement:workflow-columns
alter table escapement.task
    add column version integer not null default 1,
    add column dry_run boolean not null default false,
    add column skip_on_dependency_failure boolean not null default false,
    add column result_references boolean not null default false,
    add column branches jsonb,
    add column start_by timestamptz,
    add column deadline_at timestamptz;
-- followed: its end moves other tasks or fires branches, so it is written in a transaction that does these too.
-- A BLOCKED task becomes ready when open_dependencies is 0 and no branch has to take it any more.
alter table escapement.live
    add column followed boolean not null default false,
    add column awaits_branch boolean not null default false,
    add column open_dependencies integer not null default 0 check (open_dependencies >= 0),
    add column deadline_at timestamptz;
alter table escapement.live drop constraint live_check2;
alter table escapement.live add constraint live_run_at
    check (case status when 'SCHEDULED' then run_at is not null when 'BLOCKED' then true else run_at is null end);
-- whether it ended by its deadline; null when it had none
alter table escapement.ended add column on_time boolean;
create index ended_on_time on escapement.ended (on_time) where on_time is not null;
-- whether the action makes a plan of its own when it is dry-run
alter table escapement.action add column dry_run boolean not null default false;

--changeset escapement:dependency
-- One row per edge, kept as long as its upstream. Partitioned by upstream, for its end is what reads many of them.
create table escapement.dependency (
    upstream   bigint not null,
    downstream bigint not null,
    required   escapement.required_status not null,
    met        boolean not null default false,
    -- ends the downstream as SKIPPED when this upstream ends otherwise than required
    skips      boolean not null,
    timeout_ms bigint check (timeout_ms > 0),
    primary key (upstream, downstream),
    check (upstream <> downstream)
) partition by range (upstream);
create table escapement.dependency_default partition of escapement.dependency default;
create index dependency_downstream on escapement.dependency (downstream, upstream);

-- An end with more dependents than one transaction should move: any node goes on from here, a thousand at a time.
create table escapement.release (
    upstream         bigint primary key,
    status           escapement.task_status not null,
    after_downstream bigint not null
);

--changeset escapement:branch
-- which tasks may take which: the target waits until one of its sources takes it
create table escapement.branch_target (
    source bigint not null,
    target bigint not null,
    primary key (source, target)
);
create index branch_target_target on escapement.branch_target (target);

-- what became of each branch at each end of its task
create table escapement.branch_result (
    task_id  bigint not null,
    -- a retried task ends again, though perhaps without another attempt
    ending   integer not null default 1,
    attempt  integer not null,
    position smallint not null,
    taken    boolean not null,
    task_to  bigint,
    error    text,
    at       timestamptz not null default now(),
    primary key (task_id, ending, position)
);

--changeset escapement:moment
-- A time at which something is to be done about a task. Handled and removed by whichever node looks first.
create table escapement.moment (
    task_id  bigint not null,
    kind     escapement.moment_kind not null,
    upstream bigint not null default 0,
    at       timestamptz not null,
    primary key (task_id, kind, upstream)
);
create index moment_at on escapement.moment (at);

--changeset escapement:version-2
update escapement.schema_version set version = 2, compatible_from = 2;
