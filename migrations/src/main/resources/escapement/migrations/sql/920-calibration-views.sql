--liquibase formatted sql

-- How far claimed confidence came true. Stands on exact sums alone, so that a year of outcomes is read in a moment; what the
-- sums do not have yet (calibration_delta) is added. Columns are only ever added at a view's end, and a function's columns
-- never change: a running older node goes on reading them. The functions know the types by their numbers (begin atomic), for
-- whoever reads reports has no right on the schema that has their names.

--changeset escapement:calibration-sum-views runOnChange:true splitStatements:true
-- outcomes by the day (UTC) that their task ended and by tenths of confidence; confidences in millionths: n outcomes, s of
-- them successes, sums of the confidence, of its square, of it over the successes; of the value (v) that the map in force
-- gave it at its time, and of v * (1000000 - v); is_rolled: whether the coarser sums below have it
create or replace view report.calibration_sums as
select d.day, a.name as action_name, d.risk_level, d.path, d.bin, d.n, d.s, d.sc, d.scc, d.scs, d.action, d.sq, d.sqv,
       d.day < escapement.calibration_rolled_before() as is_rolled
  from escapement.calibration_day d
  join escapement.action a on a.id = d.action
 union all
select x.day, a.name, x.risk_level, x.path, least(x.c6 / 100000, 9)::smallint, x.sign::bigint, case when x.ok then x.sign else 0 end::bigint,
       (x.sign * x.c6)::numeric, x.sign * x.c6::numeric * x.c6, case when x.ok then x.sign * x.c6 else 0 end::numeric, x.action,
       (x.sign * x.q6)::numeric, x.sign * x.q6::numeric * (1000000 - x.q6), false
  from escapement.calibration_delta x
  join escapement.action a on a.id = x.action;

-- the same by thousandths of confidence; old days only as their month, whose first day is then the period
create or replace view report.calibration_thousandths as
select m.period, m.is_month, a.name as action_name, m.risk_level, m.path, m.micro, m.n, m.s, m.sc, m.scc, m.scs, m.action,
       m.is_month or m.period < escapement.calibration_rolled_before() as is_rolled
  from escapement.calibration_micro m
  join escapement.action a on a.id = m.action
 union all
select x.day, false, a.name, x.risk_level, x.path, (x.c6 / 1000)::smallint, x.sign::bigint, case when x.ok then x.sign else 0 end::bigint,
       (x.sign * x.c6)::numeric, x.sign * x.c6::numeric * x.c6, case when x.ok then x.sign * x.c6 else 0 end::numeric, x.action, false
  from escapement.calibration_delta x
  join escapement.action a on a.id = x.action;

-- tasks that came to no outcome that counts, by the day that they ended; bin -1: no confidence was stated
create or replace view report.calibration_missing as
select m.day, a.name as action_name, m.risk_level, m.bin, m.fate, m.n, m.day < escapement.calibration_rolled_before() as is_rolled
  from escapement.calibration_missing m
  join escapement.action a on a.id = m.action;

-- which map from stated to measured probability is in force for each action: its own, else that of all
create or replace view report.calibration_maps_in_force as
select a.name as action_name, m.version, m.action = a.id as own, coalesce(own.at, everywhere.at) as published_at, m.knots, m.lower80,
       a.id as action
  from escapement.action a
  left join lateral (select p.version, p.at from escapement.calibration_publication p
                      where p.action = a.id order by p.at desc, p.id desc limit 1) own on true
  left join lateral (select p.version, p.at from escapement.calibration_publication p
                      where p.action = 0 and own.version is null order by p.at desc, p.id desc limit 1) everywhere on true
  join escapement.calibration_map m on m.version = coalesce(own.version, everywhere.version);

-- up to when every end of a task is in the sums
create or replace view report.calibration_as_of as
select coalesce((select min(j.at)
                   from escapement.follower f
                   join escapement.journal j on (j.xid, j.seq) > (f.xid, f.seq)
                  where f.name = 'calibration' and j.to_status in ('COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED')), now()) as as_of;

--changeset escapement:calibration-rolled-views runOnChange:true splitStatements:true
-- The same sums for questions about a long time or all actions: of_all, or of each action; by the day, or by the month whose
-- first day is the period. Each kind has every outcome, but for days that are kept as months only. Whoever asks takes one kind
-- for each day, for example the months that are whole and the days at the ends. What is coarser than the sums above is added
-- up from them where it is not kept: the newest days.
create or replace view report.calibration_bins_rolled as
select r.action = 0 as of_all, a.name as action_name, r.is_month, r.period, r.risk_level, r.path, r.bin, r.n, r.s, r.sc, r.scc, r.scs,
       r.action, r.sq, r.sqv
  from escapement.calibration_bins_rolled r
  left join escapement.action a on a.id = r.action
 union all
select false, c.action_name, false, c.day, c.risk_level, c.path, c.bin, c.n, c.s, c.sc::bigint, c.scc, c.scs::bigint, c.action, c.sq::bigint, c.sqv
  from report.calibration_sums c
 union all
select p.of_all, case when not p.of_all then c.action_name end, p.is_month, p.period, c.risk_level, c.path, c.bin, c.n, c.s, c.sc::bigint,
       c.scc, c.scs::bigint, case when p.of_all then 0 else c.action end::smallint, c.sq::bigint, c.sqv
  from report.calibration_sums c
 cross join lateral (values (true, false, c.day), (true, true, date_trunc('month', c.day::timestamp)::date),
                            (false, true, date_trunc('month', c.day::timestamp)::date)) p (of_all, is_month, period)
 where not c.is_rolled;

create or replace view report.calibration_thousandths_rolled as
select r.action = 0 as of_all, a.name as action_name, r.is_month, r.period, r.risk_level, r.path, r.micro, r.n, r.s, r.sc, r.scc, r.scs,
       r.action
  from escapement.calibration_thousandths_rolled r
  left join escapement.action a on a.id = r.action
 union all
select false, c.action_name, false, c.period, c.risk_level, c.path, c.micro, c.n, c.s, c.sc::bigint, c.scc, c.scs::bigint, c.action
  from report.calibration_thousandths c
 where not c.is_month
 union all
select p.of_all, case when not p.of_all then c.action_name end, p.is_month, p.period, c.risk_level, c.path, c.micro, c.n, c.s, c.sc::bigint,
       c.scc, c.scs::bigint, case when p.of_all then 0 else c.action end::smallint
  from report.calibration_thousandths c
 cross join lateral (values (true, false, c.period), (true, true, date_trunc('month', c.period::timestamp)::date),
                            (false, true, date_trunc('month', c.period::timestamp)::date)) p (of_all, is_month, period)
 where not c.is_rolled;

create or replace view report.calibration_missing_rolled as
select r.action = 0 as of_all, a.name as action_name, r.is_month, r.period, r.risk_level, r.bin, r.fate, r.n
  from escapement.calibration_missing_rolled r
  left join escapement.action a on a.id = r.action
 union all
select false, c.action_name, false, c.day, c.risk_level, c.bin, c.fate, c.n
  from report.calibration_missing c
 union all
select p.of_all, case when not p.of_all then c.action_name end, p.is_month, p.period, c.risk_level, c.bin, c.fate, c.n
  from report.calibration_missing c
 cross join lateral (values (true, false, c.day), (true, true, date_trunc('month', c.day::timestamp)::date),
                            (false, true, date_trunc('month', c.day::timestamp)::date)) p (of_all, is_month, period)
 where not c.is_rolled;

--changeset escapement:calibration-sums-between runOnChange:true splitStatements:false
-- sums by the day that the functions below add up: of all actions together unless each is asked for, or one
create or replace function report.calibration_sums_between(
        from_day date, to_day date, only_action text, only_risk text, by_action boolean)
    returns table (day date, action_name text, risk_level escapement.risk_level, path escapement.gate_path, bin smallint, n bigint, s bigint, sc numeric, scc numeric, scs numeric)
    language sql stable
begin atomic
    select c.period, c.action_name, c.risk_level, c.path, c.bin, c.n, c.s, c.sc::numeric, c.scc, c.scs::numeric
      from report.calibration_bins_rolled c
     where c.of_all and not c.is_month and only_action is null and not by_action and c.period between from_day and to_day
       and (only_risk is null or c.risk_level = only_risk::escapement.risk_level)
    union all
    select c.day, c.action_name, c.risk_level, c.path, c.bin, c.n, c.s, c.sc, c.scc, c.scs
      from report.calibration_sums c
     where (only_action is not null or by_action) and c.day between from_day and to_day
       and (only_action is null or c.action_name = only_action)
       and (only_risk is null or c.risk_level = only_risk::escapement.risk_level);
end;

--changeset escapement:calibration-bins runOnChange:true splitStatements:false
create or replace function report.calibration_bins_between(
        from_day date, to_day date, only_action text default null, only_risk text default null, only_path text default null)
    returns table (bin smallint, label text, n bigint, successes bigint, mean_confidence double precision, observed_rate double precision,
                   gap double precision, wilson_low double precision, wilson_high double precision, reason text)
    language sql stable
begin atomic
    with sums as (
        select c.bin, sum(c.n)::bigint as n, sum(c.s)::bigint as s, sum(c.sc) as sc
          from report.calibration_sums_between(from_day, to_day, only_action, only_risk, false) c
         where case when only_path is null then c.path <> 'HUMAN' else c.path = only_path::escapement.gate_path end
         group by c.bin
        having sum(c.n) > 0
    )
    select k.bin::smallint, format('[0.%s-%s.%s]', k.bin, (k.bin + 1) / 10, (k.bin + 1) % 10), coalesce(b.n, 0), coalesce(b.s, 0),
           (b.sc / 1000000 / b.n)::double precision, b.s::double precision / b.n, ((b.sc - b.s * 1000000) / 1000000 / b.n)::double precision,
           case when b.n is null then null when b.s = 0 then 0
                else greatest(0, (b.s + z.z2 / 2 - sqrt(z.z2) * sqrt(b.s::double precision * (b.n - b.s) / b.n + z.z2 / 4)) / (b.n + z.z2)) end,
           case when b.n is null then null when b.s = b.n then 1
                else least(1, (b.s + z.z2 / 2 + sqrt(z.z2) * sqrt(b.s::double precision * (b.n - b.s) / b.n + z.z2 / 4)) / (b.n + z.z2)) end,
           case when b.n is null then 'there are no outcomes' end
      from generate_series(0, 9) k (bin)
     cross join (values (power(1.959963984540054::double precision, 2))) z (z2)
      left join sums b on b.bin = k.bin
     order by k.bin;
end;

--changeset escapement:calibration-scores runOnChange:true splitStatements:false
-- grouped_by: all, action, risk, path, day, week or month (UTC, weeks begin on Monday)
create or replace function report.calibration_scores_between(
        grouped_by text, from_day date, to_day date, only_action text default null, only_risk text default null, only_path text default null)
    returns table (part text, n bigint, successes bigint, base_rate double precision, wilson_low double precision, wilson_high double precision,
                   mean_confidence double precision, calibration_in_the_large double precision, ece double precision,
                   ece_noise_floor double precision, mce double precision, brier double precision, brier_skill_score double precision,
                   reliability double precision, resolution double precision, uncertainty double precision,
                   within_bin_variance double precision, within_bin_covariance double precision, verdict text, reason text)
    language sql stable
begin atomic
    with bins as (
        select case grouped_by when 'action' then c.action_name
                               when 'risk' then c.risk_level::text
                               when 'path' then c.path::text
                               when 'day' then c.day::text
                               when 'week' then date_trunc('week', c.day::timestamp)::date::text
                               when 'month' then date_trunc('month', c.day::timestamp)::date::text
                               else 'all' end as part,
               c.bin, sum(c.n)::bigint as n, sum(c.s)::bigint as s, sum(c.sc) as sc, sum(c.scc) as scc, sum(c.scs) as scs
          from report.calibration_sums_between(from_day, to_day, only_action, only_risk, grouped_by is not distinct from 'action') c
         where case when only_path is null then c.path <> 'HUMAN' else c.path = only_path::escapement.gate_path end
         group by 1, 2
        having sum(c.n) > 0
    ), totals as (
        select b.part, sum(b.n)::bigint as n, sum(b.s)::bigint as s, sum(b.sc) as sc, sum(b.scc) as scc, sum(b.scs) as scs
          from bins b
         group by b.part
    ), gaps as (
        select b.part, b.n, b.s, t.n as of, b.sc::double precision / 1000000 as p, b.scc::double precision / 1000000000000 as pp,
               b.scs::double precision / 1000000 as ps, ((b.sc - b.s * 1000000) / 1000000)::double precision as excess,
               b.s::double precision / b.n as rate, t.s::double precision / t.n as base
          from bins b
          join totals t on t.part = b.part
    ), parts as (
        select g.part, sum(abs(g.excess)) / max(g.of) as ece, max(abs(g.excess) / g.n) as mce,
               -- rounded in the last place, a mean may come out above 1
               sum(sqrt(2 / pi() * greatest(0, g.p / g.n * (1 - g.p / g.n)) * g.n)) / max(g.of) as floor,
               sum(g.excess * g.excess / g.n) / max(g.of) as rel, sum(g.n * (g.rate - g.base) * (g.rate - g.base)) / max(g.of) as res,
               sum(g.pp - g.p * g.p / g.n) / max(g.of) as wbv, 2 * sum(g.ps - g.p * g.rate) / max(g.of) as wbc,
               1.96 * sqrt(sum(g.n * g.rate * (1 - g.rate))) / max(g.of) as reach
          from gaps g
         group by g.part
    ), rates as (
        select t.part, t.n, t.s, t.s::double precision / t.n as base, (t.sc / 1000000 / t.n)::double precision as mean,
               ((t.sc - t.s * 1000000) / 1000000 / t.n)::double precision as gap,
               ((t.scc - 2000000 * t.scs + 1000000000000 * t.s) / 1000000000000 / t.n)::double precision as brier,
               (t.s + z.z2 / 2) / (t.n + z.z2) as middle,
               sqrt(z.z2) * sqrt(t.s::double precision * (t.n - t.s) / t.n + z.z2 / 4) / (t.n + z.z2) as half
          from totals t
         cross join (values (power(1.959963984540054::double precision, 2))) z (z2)
    )
    select r.part, r.n, r.s, r.base, case when r.s = 0 then 0 else greatest(0, r.middle - r.half) end,
           case when r.s = r.n then 1 else least(1, r.middle + r.half) end, r.mean, r.gap, p.ece, p.floor, p.mce, r.brier,
           case when r.s between 1 and r.n - 1 then 1 - r.brier / (r.base * (1 - r.base)) end,
           p.rel, p.res, r.base * (1 - r.base), p.wbv, p.wbc,
           case when r.n < 100 or least(r.s, r.n - r.s) < 10 then 'INSUFFICIENT'
                when r.gap - p.reach > 0.02 then 'OVERCONFIDENT'
                when r.gap + p.reach < -0.02 then 'UNDERCONFIDENT'
                when p.ece > 0.03 and p.ece > 1.5 * p.floor then 'MISSHAPEN'
                else 'CALIBRATED' end,
           case when r.s in (0, r.n) then 'no brier_skill_score: all outcomes are alike' end
      from rates r
      join parts p on p.part = r.part
     order by r.part;
end;

--changeset escapement:calibration-auroc runOnChange:true splitStatements:false
-- how often a success had the higher confidence than a failure; null when all outcomes are alike
create or replace function report.calibration_auroc_between(
        from_day date, to_day date, only_action text default null, only_risk text default null, only_path text default null)
    returns double precision
    language sql stable
begin atomic
    with cells as (
        select m.micro, sum(m.s) as s, sum(m.n - m.s) as f
          from report.calibration_thousandths m
         where m.period <= to_day and m.period >= case when m.is_month then date_trunc('month', from_day::timestamp)::date else from_day end
           and (only_action is null or m.action_name = only_action)
           and (only_risk is null or m.risk_level = only_risk::escapement.risk_level)
           and case when only_path is null then m.path <> 'HUMAN' else m.path = only_path::escapement.gate_path end
         group by m.micro
    ), pairs as (
        select c.s, c.f, sum(c.f) over (order by c.micro) - c.f as below from cells c
    )
    select (sum(p.s * (p.below + p.f / 2)) / nullif(sum(p.s) * sum(p.f), 0))::double precision from pairs p;
end;

--changeset escapement:calibration-what-if runOnChange:true splitStatements:false
-- what would have run at each hundredth as the least confidence
create or replace function report.calibration_what_if_between(
        from_day date, to_day date, only_action text default null, only_risk text default null, only_path text default null)
    returns table (threshold numeric, approved bigint, approved_successes bigint, approved_success_rate double precision,
                   wilson_low double precision, wilson_high double precision, deferred bigint, failures_avoided bigint,
                   successes_deferred bigint, net_benefit double precision, reason text)
    language sql stable
begin atomic
    with cells as materialized (
        select m.micro / 10 as step, sum(m.n)::bigint as n, sum(m.s)::bigint as s
          from report.calibration_thousandths m
         where m.period <= to_day and m.period >= case when m.is_month then date_trunc('month', from_day::timestamp)::date else from_day end
           and (only_action is null or m.action_name = only_action)
           and (only_risk is null or m.risk_level = only_risk::escapement.risk_level)
           and case when only_path is null then m.path <> 'HUMAN' else m.path = only_path::escapement.gate_path end
         group by 1
    ), thresholds as (
        select k.step, coalesce(sum(c.n) filter (where c.step >= k.step), 0)::bigint as n,
               coalesce(sum(c.s) filter (where c.step >= k.step), 0)::bigint as s,
               coalesce(sum(c.n), 0)::bigint as of, coalesce(sum(c.s), 0)::bigint as successes
          from generate_series(0, 100) k (step)
          left join cells c on true
         group by k.step
    )
    select k.step / 100.0, k.n, k.s, k.s::double precision / nullif(k.n, 0),
           case when k.n = 0 then null when k.s = 0 then 0
                else greatest(0, (k.s + z.z2 / 2 - sqrt(z.z2) * sqrt(k.s::double precision * (k.n - k.s) / k.n + z.z2 / 4)) / (k.n + z.z2)) end,
           case when k.n = 0 then null when k.s = k.n then 1
                else least(1, (k.s + z.z2 / 2 + sqrt(z.z2) * sqrt(k.s::double precision * (k.n - k.s) / k.n + z.z2 / 4)) / (k.n + z.z2)) end,
           k.of - k.n, (k.of - k.successes) - (k.n - k.s), k.successes - k.s,
           case when k.step < 100 then (k.s - (k.n - k.s) * k.step / (100.0 - k.step))::double precision / nullif(k.of, 0) end,
           case when k.of = 0 then 'there are no outcomes'
                when k.n = 0 then 'no outcome has this confidence'
                when k.step = 100 then 'no net_benefit: at 1 a failure would weigh infinitely' end
      from thresholds k
     cross join (values (power(1.959963984540054::double precision, 2))) z (z2)
     order by k.step;
end;

--changeset escapement:calibration-coverage runOnChange:true splitStatements:false
-- what became of everything that was submitted with such a confidence; bin -1: without one. Ends by their day; what has not
-- ended, as it stands now, by the day it was submitted. Within the bounds lies the rate that all would have had.
create or replace function report.calibration_coverage_between(
        from_day date, to_day date, only_action text default null, only_risk text default null)
    returns table (bin smallint, label text, submitted bigint, auto bigint, probe bigint, human bigint, deferred bigint, pending bigint,
                   rejected bigint, skipped bigint, cancelled bigint, dry_run bigint, unscored bigint, successes bigint,
                   observed_rate double precision, bound_low double precision, bound_high double precision, reason text)
    language sql stable
begin atomic
    with counts as (
        select c.bin, c.path::text as fate, c.n, c.s
          from report.calibration_sums_between(from_day, to_day, only_action, only_risk, false) c
         union all
        select m.bin, m.fate::text, m.n, 0
          from report.calibration_missing m
         where m.day between from_day and to_day and (only_action is null or m.action_name = only_action)
           and (only_risk is null or m.risk_level = only_risk::escapement.risk_level)
         union all
        select case when l.confidence_score is null then -1 else least(floor(l.confidence_score * 10), 9) end::smallint,
               case when l.status = 'DEFERRED' then 'DEFERRED' else 'PENDING' end, 1, 0
          from report.live_tasks l
         -- a task's id tells its day
         where l.id >= (greatest(from_day, date '2026-01-01') - date '2026-01-01')::bigint << 40
           and l.id < (least(greatest(to_day, date '2026-01-01'), date '9999-12-31') - date '2026-01-01' + 1)::bigint << 40
           and (only_action is null or l.action_name = only_action)
           and (only_risk is null or l.risk_level = only_risk::escapement.risk_level)
    ), fates as (
        select c.bin, c.fate, sum(c.n)::bigint as n, sum(c.s)::bigint as s from counts c group by c.bin, c.fate
    ), totals as (
        select k.bin, coalesce(sum(f.n) filter (where f.fate <> 'DRY_RUN'), 0)::bigint as submitted,
               coalesce(sum(f.n) filter (where f.fate = 'AUTO'), 0)::bigint as auto,
               coalesce(sum(f.n) filter (where f.fate = 'PROBE'), 0)::bigint as probe,
               coalesce(sum(f.n) filter (where f.fate = 'HUMAN'), 0)::bigint as human,
               coalesce(sum(f.n) filter (where f.fate = 'DEFERRED'), 0)::bigint as deferred,
               coalesce(sum(f.n) filter (where f.fate = 'PENDING'), 0)::bigint as pending,
               coalesce(sum(f.n) filter (where f.fate = 'REJECTED'), 0)::bigint as rejected,
               coalesce(sum(f.n) filter (where f.fate = 'SKIPPED'), 0)::bigint as skipped,
               coalesce(sum(f.n) filter (where f.fate = 'CANCELLED'), 0)::bigint as cancelled,
               coalesce(sum(f.n) filter (where f.fate = 'DRY_RUN'), 0)::bigint as dry_run,
               coalesce(sum(f.n) filter (where f.fate = 'UNSCORED'), 0)::bigint as unscored,
               coalesce(sum(f.s), 0)::bigint as s
          from generate_series(-1, 9) k (bin)
          left join fates f on f.bin = k.bin
         group by k.bin
    )
    select t.bin::smallint, case when t.bin < 0 then 'none' else format('[0.%s-%s.%s]', t.bin, (t.bin + 1) / 10, (t.bin + 1) % 10) end,
           t.submitted, t.auto, t.probe, t.human, t.deferred, t.pending, t.rejected, t.skipped, t.cancelled, t.dry_run, t.unscored, t.s,
           t.s::double precision / nullif(t.auto + t.probe + t.human, 0),
           case when t.bin >= 0 then t.s::double precision / nullif(t.submitted, 0) end,
           case when t.bin >= 0
                then (t.s + t.submitted - t.auto - t.probe - t.human)::double precision / nullif(t.submitted, 0) end,
           case when t.bin < 0 then 'without a confidence there is nothing to compare an outcome with'
                when t.submitted = 0 then 'nothing was submitted'
                when t.auto + t.probe + t.human = 0 then 'nothing came to an outcome' end
      from totals t
     order by t.bin;
end;

--changeset escapement:calibration-views runOnChange:true splitStatements:true
-- Over all that is kept: what ran without a person's word (AUTO, PROBE). The functions above say the same of some days, an
-- action, a risk level or a path.
create or replace view report.calibration_bins as
select * from report.calibration_bins_between('-infinity', 'infinity');

create or replace view report.calibration_summary as
select coalesce(s.n, 0) as n, coalesce(s.successes, 0) as successes, s.base_rate, s.wilson_low, s.wilson_high, s.mean_confidence,
       s.calibration_in_the_large, s.ece, s.ece_noise_floor, s.mce, s.brier, s.brier_skill_score, s.reliability, s.resolution,
       s.uncertainty, s.within_bin_variance, s.within_bin_covariance,
       report.calibration_auroc_between('-infinity', 'infinity') as auroc, coalesce(s.verdict, 'NO_DATA') as verdict,
       case when s.n is null then 'there are no outcomes' else s.reason end as reason
  from (values (true)) one (row)
  left join report.calibration_scores_between('all', '-infinity', 'infinity') s on true;

create or replace view report.calibration_by_action as
select s.part as action_name, s.n, s.successes, s.base_rate, s.wilson_low, s.wilson_high, s.mean_confidence, s.calibration_in_the_large,
       s.ece, s.ece_noise_floor, s.mce, s.brier, s.brier_skill_score, s.reliability, s.resolution, s.uncertainty,
       s.within_bin_variance, s.within_bin_covariance, s.verdict, s.reason
  from report.calibration_scores_between('action', '-infinity', 'infinity') s;

create or replace view report.calibration_by_risk as
select s.part::escapement.risk_level as risk_level, s.n, s.successes, s.base_rate, s.wilson_low, s.wilson_high, s.mean_confidence,
       s.calibration_in_the_large, s.ece, s.ece_noise_floor, s.mce, s.brier, s.brier_skill_score, s.reliability, s.resolution,
       s.uncertainty, s.within_bin_variance, s.within_bin_covariance, s.verdict, s.reason
  from report.calibration_scores_between('risk', '-infinity', 'infinity') s;

-- by weeks (UTC), each named by its Monday
create or replace view report.calibration_over_time as
select s.part::date as week, s.n, s.successes, s.base_rate, s.wilson_low, s.wilson_high, s.mean_confidence, s.calibration_in_the_large,
       s.ece, s.ece_noise_floor, s.mce, s.brier, s.brier_skill_score, s.reliability, s.resolution, s.uncertainty,
       s.within_bin_variance, s.within_bin_covariance, s.verdict, s.reason
  from report.calibration_scores_between('week', '-infinity', 'infinity') s;

create or replace view report.calibration_coverage as
select * from report.calibration_coverage_between('-infinity', 'infinity');

create or replace view report.calibration_what_if as
select * from report.calibration_what_if_between('-infinity', 'infinity');
