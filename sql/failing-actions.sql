-- title: Most failing actions
-- question: Which actions fail most often, and is it getting worse?
-- parameter: hours, integer 1 to 720, default 24: how far back to look
-- parameter: top, integer 1 to 1000, default 20: how many
--
-- action         name
-- failures       attempts that failed or timed out
-- n              attempts that succeeded, failed or timed out
-- failure_rate   failures / n, from 0 to 1
-- rate_before    the same in the span of the same length before; empty when there was no attempt
--
-- Actions without a failure are left out. Why they fail: failures-by-error.sql.
\if :{?hours} \else \set hours 24 \endif
\if :{?top} \else \set top 20 \endif
with spans as (
    select m.action_name as action, m.minute > now() - make_interval(hours => :'hours'::integer) as latest, m.outcome, m.n
      from report.attempt_minutes m
     where m.minute > now() - 2 * make_interval(hours => :'hours'::integer)
       and m.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')
), sums as (
    select action,
           coalesce(sum(n) filter (where latest and outcome <> 'SUCCEEDED'), 0) as failures,
           coalesce(sum(n) filter (where latest), 0) as n,
           coalesce(sum(n) filter (where not latest and outcome <> 'SUCCEEDED'), 0) as failures_before,
           coalesce(sum(n) filter (where not latest), 0) as n_before
      from spans
     group by action
)
select s.action, s.failures, s.n, round(s.failures / s.n, 4) as failure_rate,
       round(s.failures_before / nullif(s.n_before, 0), 4) as rate_before
  from sums s
 where s.failures > 0
 order by s.failures desc, s.action
 limit :'top'::integer;
