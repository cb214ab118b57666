--liquibase formatted sql

-- Probes: a few of the tasks that a rule would hold run by lot, so that it is known what such confidences are worth. Never at
-- HIGH risk. An older node that still decides holds them, and reads no policy that has such a rule.

--changeset escapement:probe-rules
alter table escapement.gate_rule
    -- how likely one that falls short is drawn; null: none is
    add column probe_rate numeric(7, 6) check (probe_rate > 0 and probe_rate <= 1),
    -- how many of those drawn run on a day (UTC)
    add column probes_per_day integer not null default 0 check (probes_per_day >= 0),
    add check (probe_rate is null or risk_level <> 'HIGH');
-- How many ran by lot on the latest day that one did, by rule; a row for each rule that ever had a rate, locked to count.
create table escapement.gate_probe (
    risk_level escapement.risk_level not null,
    action     smallint not null,
    day        date not null,
    n          integer not null,
    primary key (risk_level, action)
);
alter table escapement.gate_decision
    -- of a task that took part in the lottery: it was drawn if probe_draw < probe_rate
    add column probe_rate numeric(7, 6),
    add column probe_draw numeric(7, 6);

--changeset escapement:probe-draw splitStatements:false
-- A task's lot, in 0.000000 to 0.999999: always the same, so that every decision can be made again.
create function escapement.probe_draw(task_id bigint) returns numeric language sql immutable as $$
    select (('x' || left(encode(sha256(convert_to('probe ' || task_id, 'UTF8')), 'hex'), 13))::bit(52)::bigint % 1000000 / 1000000.0)::numeric(7, 6)
$$;
