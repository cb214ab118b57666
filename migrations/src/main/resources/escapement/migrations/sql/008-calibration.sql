--liquibase formatted sql

-- How often a stated confidence came true. Outcomes are counted once, by the follower, into exact integer sums that outlive
-- the attempts they came from. A confidence is counted in millionths (c6), so 0.7 is 700000 and sums are exact.

--changeset escapement:attempt-ended-task
-- this attempt ended its task; the others were tried again
alter table escapement.attempt add column ended_task boolean not null default false;

--changeset escapement:calibration
-- Outcomes that come from elsewhere than the follower's own reading: verdicts of people (one line takes the old outcome away,
-- one adds the new) and imported history. The follower adds them to the sums and deletes them.
create table escapement.calibration_delta (
    id         bigint generated always as identity primary key,
    day        date not null,
    action     smallint not null,
    risk_level escapement.risk_level not null,
    path       escapement.gate_path not null,
    c6         integer not null check (c6 between 0 and 1000000),
    q6         integer not null check (q6 between 0 and 1000000),
    ok         boolean not null,
    sign       smallint not null check (sign in (1, -1))
);

-- By the day (UTC) that the task ended. n outcomes, s of them successes; sums of c6, of its square and of c6 over the
-- successes; q6 is the calibrated value of the map in force, sqv the sum of q6 * (1000000 - q6).
create table escapement.calibration_day (
    day        date not null,
    action     smallint not null,
    risk_level escapement.risk_level not null,
    path       escapement.gate_path not null,
    bin        smallint not null check (bin between 0 and 9),
    n          bigint not null,
    s          bigint not null,
    sc         numeric not null,
    scc        numeric not null,
    scs        numeric not null,
    sq         numeric not null,
    sqv        numeric not null,
    primary key (day, action, risk_level, path, bin)
);

-- The same by thousandths of confidence (1000 holds 1.0 alone), by day while young and by month later: a map is fitted
-- with recent days weighted and judged on the newest of them.
create table escapement.calibration_micro (
    action     smallint not null,
    period     date not null,
    is_month   boolean not null,
    risk_level escapement.risk_level not null,
    path       escapement.gate_path not null,
    micro      smallint not null check (micro between 0 and 1000),
    n          bigint not null,
    s          bigint not null,
    sc         numeric not null,
    scc        numeric not null,
    scs        numeric not null,
    primary key (action, period, is_month, risk_level, path, micro)
);

-- Tasks that ended without an outcome that counts, so that what never ran is shown beside what did. bin is -1 for a task
-- without a confidence.
create type escapement.calibration_fate as enum ('UNSCORED', 'DRY_RUN', 'REJECTED', 'SKIPPED', 'CANCELLED');
create table escapement.calibration_missing (
    day        date not null,
    action     smallint not null,
    risk_level escapement.risk_level not null,
    bin        smallint not null check (bin between -1 and 9),
    fate       escapement.calibration_fate not null,
    n          bigint not null,
    primary key (day, action, risk_level, bin, fate)
);

-- What a person says of an outcome, newest counts. The technical outcome stays in the attempt.
create type escapement.outcome_verdict as enum ('CORRECT', 'WRONG', 'REVERTED');
create table escapement.verdict (
    id        bigint generated always as identity primary key,
    task_id   bigint not null,
    attempt   integer not null,
    at        timestamptz not null default now(),
    principal text not null,
    verdict   escapement.outcome_verdict not null,
    reason    text
);
create index verdict_task on escapement.verdict (task_id, id);

--changeset escapement:calibration-maps
-- A fitted map from stated to measured probability, never changed once written. action 0 is the global map.
create table escapement.calibration_map (
    version     integer generated always as identity primary key,
    action      smallint not null,
    parent      integer references escapement.calibration_map,
    created_at  timestamptz not null default now(),
    created_by  text not null,
    code        text not null,
    method      text not null,
    -- a, b, c of the beta map and their covariance, row by row
    parameters  double precision[] not null,
    covariance  double precision[] not null,
    -- at 0.000, 0.001 ... 1.000, in millionths: the calibrated value and its one-sided 80 % lower bound
    knots       integer[] not null check (cardinality(knots) = 1001),
    lower80     integer[] not null check (cardinality(lower80) = 1001),
    from_day    date,
    to_day      date,
    n           bigint not null,
    s           bigint not null,
    half_life_days integer not null,
    inputs_hash text not null,
    scores      jsonb not null
);
-- Which map is in force: the newest row of an action, version null for none. Rows are only added.
create table escapement.calibration_publication (
    id        bigint generated always as identity primary key,
    at        timestamptz not null default now(),
    action    smallint not null,
    version   integer references escapement.calibration_map,
    principal text not null,
    reason    text not null
);
create index calibration_publication_action on escapement.calibration_publication (action, at desc, id desc);

alter table escapement.gate_decision
    -- what the map in force made of the confidence, whatever the policy compares
    add column calibrated numeric(7, 6),
    add column calibrated_lower numeric(7, 6);

--changeset escapement:version-4
update escapement.schema_version set version = 4;

--changeset escapement:calibration-follower
-- Its own position, not the roll-up's: an older node that still runs moves that one and counts no outcomes. It begins where
-- nothing that ends from now on can be missed; what had ended before is swept up in pieces (calibration_state).
insert into escapement.follower (name, xid, seq, followed_at)
select 'calibration', pg_snapshot_xmin(pg_current_snapshot()), 0, now();

create table escapement.calibration_state (
    single      boolean primary key default true check (single),
    -- An attempt that does not say whether it ended its task is of an older node: if it ended before this time it is swept
    -- up, otherwise the follower marks and counts it.
    since       timestamptz not null,
    -- ended tasks up to this id are swept up; null: all are
    swept_to    bigint,
    -- the last day whose sums were compared with the attempts, when, and how many cells differed
    checked_day date,
    checked_at  timestamptz,
    differences bigint not null default 0
);
insert into escapement.calibration_state (since, swept_to)
select now(), case when exists (select from escapement.ended) then -9223372036854775808 end;

-- who added it: a verdict is counted no earlier than the end that it is about
alter table escapement.calibration_delta add column xid xid8 not null default pg_current_xact_id();
-- where ended_at >= ? and ended_at < ?: a day's attempts, to compare its sums with, or to be read back as a file; rows come in
-- the order of this column
create index attempt_ended on escapement.attempt using brin (ended_at) with (pages_per_range = 32, autosummarize = on);

--changeset escapement:calibration-removed
-- What the attempts of removed tasks said, so that the sums can still be compared with their sources and made anew.
create table escapement.calibration_removed (
    day        date not null,
    action     smallint not null,
    risk_level escapement.risk_level not null,
    path       escapement.gate_path not null,
    micro      smallint not null check (micro between 0 and 1000),
    n          bigint not null,
    s          bigint not null,
    sc         numeric not null,
    scc        numeric not null,
    scs        numeric not null,
    sq         numeric not null,
    sqv        numeric not null,
    primary key (day, action, risk_level, path, micro)
);
