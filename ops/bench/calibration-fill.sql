-- Fills the sums of a migrated, empty database for the times in ops/bench/README.md: psql -v outcomes=10000000 -f ops/bench/calibration-fill.sql
-- Outcomes of 60 actions over the last 365 days, 30 % with continuous and 70 % with two-decimal confidences, all too sure;
-- the last 120 days by the day, older ones by the month, as the server keeps them. Never on a database that is in use.
\if :{?outcomes} \else \set outcomes 1000000 \endif
insert into escapement.action (name) select 'action_' || i from generate_series(1, 60) i;
create temporary table made as
with drawn as (
    select (hashint8(i) & 2147483647) % 60 as a, i % 365 as days_ago, (hashint8(i * 7 + 1) & 2147483647) / 2147483647.0 as u,
           (hashint8(i * 13 + 5) & 2147483647) / 2147483647.0 as v, (hashint8(i * 31 + 3) & 1023) as w
      from generate_series(1::bigint, :outcomes) i
), claimed as (
    select a, days_ago, v, w, case when w < 307 then round((1 - u * u * 0.8)::numeric, 6) else round((1 - u * u * 0.8)::numeric, 2) end as c from drawn
)
select (select min(id) from escapement.action where name like 'action%') + a::integer as action, (now() at time zone 'UTC')::date - days_ago::integer as day,
       (array['LOW', 'MEDIUM', 'HIGH'])[1 + a % 3]::escapement.risk_level as risk_level, case when w % 50 = 0 then 'HUMAN' when w % 50 = 1 then 'PROBE' else 'AUTO' end::escapement.gate_path as path,
       (floor(c * 1000))::smallint as micro, count(*) as n, count(*) filter (where v < c * 0.8) as s, sum(c * 1000000) as sc,
       sum((c * 1000000) * (c * 1000000)) as scc, coalesce(sum(c * 1000000) filter (where v < c * 0.8), 0) as scs
  from claimed group by 1, 2, 3, 4, 5;
insert into escapement.calibration_day (day, action, risk_level, path, bin, n, s, sc, scc, scs, sq, sqv)
select day, action, risk_level, path, least(micro / 100, 9), sum(n), sum(s), sum(sc), sum(scc), sum(scs), sum(sc), sum(sc * 1000000 - scc) from made group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5;
insert into escapement.calibration_micro (action, period, is_month, risk_level, path, micro, n, s, sc, scc, scs)
select action, case when old then date_trunc('month', day)::date else day end, old, risk_level, path, micro, sum(n), sum(s), sum(sc), sum(scc), sum(scs)
  from made cross join lateral (select day < date_trunc('month', (now() at time zone 'UTC')::date - 120)::date as old) o
 group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6;
insert into escapement.calibration_missing (day, action, risk_level, bin, fate, n)
select day, action, risk_level, bin, 'REJECTED', greatest(1, n / 10) from escapement.calibration_day where path = 'AUTO' and bin < 7 order by 1, 2, 3, 4;
-- a map for all actions and one for every third
insert into escapement.calibration_map (action, created_by, code, method, parameters, covariance, knots, lower80, n, s, half_life_days, inputs_hash, scores)
select a, 'fill', 'fill', 'beta', '{1,1,0}', '{}', array(select (i * 800)::integer from generate_series(0, 1000) i), array(select (i * 700)::integer from generate_series(0, 1000) i), 0, 0, 60, 'x', '{}'
  from (select 0 as a union all select id from escapement.action where name like 'action%' and id % 3 = 0) x;
insert into escapement.calibration_publication (action, version, principal, reason) select action, version, 'fill', 'fill' from escapement.calibration_map;
analyze escapement.calibration_day;
analyze escapement.calibration_micro;
analyze escapement.calibration_missing;
analyze escapement.calibration_bins_rolled;
analyze escapement.calibration_thousandths_rolled;
analyze escapement.calibration_missing_rolled;
analyze escapement.calibration_packed;
select (select count(*) from escapement.calibration_day) as day_rows, (select sum(n) from escapement.calibration_day) as outcomes,
       (select count(*) from escapement.calibration_micro) as micro_rows, pg_size_pretty(pg_total_relation_size('escapement.calibration_micro')) as micro_size;
