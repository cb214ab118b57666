--liquibase formatted sql

-- The gate: no task of a risk level that has rules is claimed before the policy in force has let it pass. An older node
-- that still runs knows of no gate and claims whatever is PENDING: none may start any more, and those that run are to be
-- stopped before anybody relies on the gate.

--changeset escapement:gate-types
create type escapement.gate_decision_kind as enum ('RUN', 'HOLD', 'REJECT', 'DRY_RUN', 'RECORD');
create type escapement.gate_statistic as enum ('raw', 'calibrated', 'calibrated_lower');
create type escapement.gate_effect as enum ('hold', 'dry_run', 'record');
create type escapement.approval_verdict as enum ('APPROVE', 'APPROVE_DRY_RUN', 'REJECT');

--changeset escapement:gate-moment
alter type escapement.moment_kind add value 'APPROVAL';

--changeset escapement:policy
-- Every version there ever was, as it was written.
create table escapement.policy (
    version    integer primary key check (version > 0),
    created_at timestamptz not null default now(),
    created_by text not null,
    reason     text not null,
    rules      jsonb not null
);
-- The rules of the version in force. Action 0: those actions of the risk level that have no rule of their own.
create table escapement.gate_rule (
    risk_level         escapement.risk_level not null,
    action             smallint not null default 0,
    minimum_confidence numeric(7, 6) check (minimum_confidence between 0 and 1),
    reject_below       numeric(7, 6) check (reject_below between 0 and minimum_confidence),
    statistic          escapement.gate_statistic not null default 'raw',
    always_hold        boolean not null default false,
    hold_irreversible  boolean not null default false,
    approvals          smallint not null default 1 check (approvals between 0 and 9),
    approver_groups    text[] not null default '{}',
    -- null: it waits for a person as long as that takes
    expires_after      interval default '1 day' check (expires_after > interval '0'),
    effect             escapement.gate_effect not null default 'hold',
    dry_run            boolean not null default false,
    primary key (risk_level, action)
);
-- One row: what a claim looks at. Waiting tasks up to swept_to know that their risk level has rules now; null: all do.
create table escapement.gate (
    single      boolean primary key default true check (single),
    version     integer not null references escapement.policy,
    risk_levels escapement.risk_level[] not null,
    swept_to    bigint
);
insert into escapement.policy (version, created_by, reason, rules) values (1, 'server', 'the default',
    '[{"risk_level": "HIGH", "minimum_confidence": 0.7}]');
insert into escapement.gate_rule (risk_level, minimum_confidence) values ('HIGH', 0.7);
insert into escapement.gate (version, risk_levels, swept_to) values (1, '{HIGH}', 0);

--changeset escapement:gate-columns
-- gate_version: null while no rule is known to apply, 0 when the gate is to decide, else the policy version under which it
-- has decided. A claim takes a task only if that is the version in force, or if its risk level has no rules.
alter table escapement.live
    add column gate_version integer,
    add column gate_path escapement.gate_path not null default 'AUTO',
    -- since when a person has been asked
    add column held_since timestamptz,
    -- the gate lets it run only so
    add column dry_run boolean not null default false;
-- whose turn at the gate it is: where gate_version < ? order by gate_version, id
create index live_gate on escapement.live (gate_version, id) where gate_version is not null and status in ('PENDING', 'DEFERRED');
alter table escapement.task
    -- what the submitter says about it: reasoning, alternatives, reversible, undo
    add column rationale jsonb,
    add column edited_by text;
-- under which policy the gate let it start; null where no rule applied
alter table escapement.attempt add column policy_version integer;

--changeset escapement:gate-decision
-- What the gate decided about tasks whose risk level has rules. One row for each time that it decided.
create sequence escapement.gate_decision_id;
create table escapement.gate_decision (
    task_id          bigint not null,
    id               bigint not null default nextval('escapement.gate_decision_id'),
    at               timestamptz not null default now(),
    policy_version   integer not null,
    map_version      integer,
    -- the attempt that was to start
    attempt          integer not null,
    confidence_score numeric(7, 6),
    statistic        escapement.gate_statistic not null,
    -- what was compared with the threshold
    value            numeric(7, 6),
    threshold        numeric(7, 6),
    decision         escapement.gate_decision_kind not null,
    path             escapement.gate_path not null,
    code             text not null,
    approvals        smallint not null,
    approver_groups  text[] not null,
    expires_at       timestamptz,
    payload_digest   text not null,
    reason           text,
    primary key (task_id, id)
) partition by range (task_id);
create table escapement.gate_decision_default partition of escapement.gate_decision default;

--changeset escapement:approval
-- What people said of held tasks. It counts for the very payload that they saw; nobody decides about what he submitted or
-- edited, save where there is no login, and that is marked.
create table escapement.approval (
    id             bigint generated always as identity primary key,
    task_id        bigint not null,
    payload_digest text not null,
    principal      text not null,
    verdict        escapement.approval_verdict not null,
    at             timestamptz not null default now(),
    verified       boolean not null,
    -- of the principal, for a policy that asks certain groups
    groups         text[] not null,
    submitted_by   text not null,
    edited_by      text,
    reason         text not null,
    check (not verified or verdict = 'REJECT' or (principal <> submitted_by and principal is distinct from edited_by))
);

create index approval_task on escapement.approval (task_id, payload_digest);

--changeset escapement:gate-functions splitStatements:false
-- What an approval is bound to: what will run, and with what.
create function escapement.payload_digest(task_id bigint, action smallint, risk escapement.risk_level, action_params jsonb)
returns text language sql immutable as $$
    select encode(sha256(convert_to(task_id || ' ' || action || ' ' ||
        case risk when 'LOW' then 'LOW' when 'MEDIUM' then 'MEDIUM' else 'HIGH' end || ' ' || action_params::text, 'UTF8')), 'hex')
$$;
-- How many people let a payload run by what each of them said last, and whether one of them only dry. What a group asked
-- for later is not in, or whoever edited the task since, does not count.
create function escapement.approvals_given(of_task bigint, digest text, editor text, asked_groups text[], out given integer, out dry boolean)
language sql stable as $$
    select count(*)::integer, coalesce(bool_or(a.verdict = 'APPROVE_DRY_RUN'), false)
      from (select distinct on (principal) * from escapement.approval
             where task_id = of_task and payload_digest = digest order by principal, id desc) a
     where a.verdict <> 'REJECT'
       and (not a.verified or (a.principal is distinct from editor and (asked_groups = '{}' or a.groups && asked_groups)))
$$;
-- a confidence as people write it: at least two decimals, no more than it has
create function escapement.confidence_text(confidence numeric) returns text language sql immutable as $$
    select case when scale(trim_scale(confidence)) < 2 then round(confidence, 2) else trim_scale(confidence) end::text
$$;

--changeset escapement:version-3
update escapement.schema_version set version = 3, compatible_from = 3;
