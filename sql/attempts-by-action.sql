-- title: Attempts by action
-- question: How often does each action succeed, over how many attempts, in the last days?
-- parameter: days, integer 1 to 90, default 7: how far back to look
--
-- action         name
-- n              attempts that ended by themselves: succeeded, failed or timed out
-- succeeded      of these, those that succeeded
-- failed         of these, those that failed
-- timed_out      of these, those that timed out
-- success_rate   succeeded / n, from 0 to 1; empty when n is 0
-- lost           attempts cut short by the end of their node; they say nothing about the action and are not in n
-- mean_run_ms    mean milliseconds from started to ended of the n
--
-- A rate over few attempts says little: read it together with n.
\if :{?days} \else \set days 7 \endif
with outcomes as (
    select m.action_name as action,
           coalesce(sum(m.n) filter (where m.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')), 0) as n,
           coalesce(sum(m.n) filter (where m.outcome = 'SUCCEEDED'), 0) as succeeded,
           coalesce(sum(m.n) filter (where m.outcome = 'FAILED'), 0) as failed,
           coalesce(sum(m.n) filter (where m.outcome = 'TIMEOUT'), 0) as timed_out,
           coalesce(sum(m.n) filter (where m.outcome = 'LOST'), 0) as lost,
           coalesce(sum(m.run_ms) filter (where m.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')), 0) as run_ms
      from report.attempt_minutes m
     where m.minute > now() - make_interval(days => :'days'::integer)
     group by m.action_name
)
select o.action, o.n, o.succeeded, o.failed, o.timed_out,
       round(o.succeeded / nullif(o.n, 0), 4) as success_rate, o.lost,
       round(o.run_ms / nullif(o.n, 0), 1) as mean_run_ms
  from outcomes o
 order by o.n desc, o.action;
