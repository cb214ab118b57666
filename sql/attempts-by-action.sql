-- How often does each action succeed, over how many attempts, in the last 7 days?
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
with outcomes as (
    select action,
           coalesce(sum(n) filter (where outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')), 0) as n,
           coalesce(sum(n) filter (where outcome = 'SUCCEEDED'), 0) as succeeded,
           coalesce(sum(n) filter (where outcome = 'FAILED'), 0) as failed,
           coalesce(sum(n) filter (where outcome = 'TIMEOUT'), 0) as timed_out,
           coalesce(sum(n) filter (where outcome = 'LOST'), 0) as lost,
           coalesce(sum(run_ms) filter (where outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')), 0) as run_ms
      from escapement.attempt_minute
     where minute > now() - interval '7 days'
     group by action
)
select a.name as action, o.n, o.succeeded, o.failed, o.timed_out,
       round(o.succeeded / nullif(o.n, 0), 4) as success_rate, o.lost,
       round(o.run_ms / nullif(o.n, 0), 1) as mean_run_ms
  from outcomes o
  join escapement.action a on a.id = o.action
 order by o.n desc, a.name;
