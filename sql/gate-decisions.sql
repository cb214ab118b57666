-- title: Gate decisions
-- question: What did the gate decide in the last days, and why?
-- parameter: days, integer 0 to 90, default 1: how many whole days (UTC) before today the tasks were submitted
-- slow: it reads every decision of the days it looks at: some 2 s per million of them
--
-- risk_level       of the tasks
-- decision         what was decided
-- code             why
-- policy_version   under which policy
-- n                times
-- mean_confidence  mean of the confidences that were stated; empty when none was
-- last_at          when it was decided last
\if :{?days} \else \set days 1 \endif
select d.risk_level, d.decision, d.code, d.policy_version, count(*) as n,
       round(avg(d.confidence_score), 4) as mean_confidence, max(d.at) as last_at
  from report.gate_decisions d
 where d.task_id >= ((now() at time zone 'UTC')::date - :'days'::integer - date '2026-01-01')::bigint << 40
 group by d.risk_level, d.decision, d.code, d.policy_version
 order by n desc, d.risk_level, d.decision, d.code, d.policy_version;
