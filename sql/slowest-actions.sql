-- title: Slowest actions
-- question: Which actions run longest in the mean, and which take most time in all?
-- parameter: hours, integer 1 to 720, default 24: how far back to look
-- parameter: top, integer 1 to 1000, default 20: how many
--
-- action         name
-- n              attempts that succeeded, failed or timed out
-- mean_run_ms    mean milliseconds from started to ended of the n
-- mean_wait_ms   mean milliseconds from ready to started of the n
-- run_seconds    seconds that all of the n ran
-- share          of the run time of all actions, from 0 to 1
\if :{?hours} \else \set hours 24 \endif
\if :{?top} \else \set top 20 \endif
with sums as (
    select m.action_name as action, sum(m.n) as n, sum(m.run_ms) as run_ms, sum(m.wait_ms) as wait_ms
      from report.attempt_minutes m
     where m.minute > now() - make_interval(hours => :'hours'::integer)
       and m.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')
     group by m.action_name
)
select s.action, s.n, round(s.run_ms / s.n, 1) as mean_run_ms, round(s.wait_ms / s.n, 1) as mean_wait_ms,
       round(s.run_ms / 1000, 1) as run_seconds, round(s.run_ms / nullif(sum(s.run_ms) over (), 0), 4) as share
  from sums s
 order by mean_run_ms desc, s.action
 limit :'top'::integer;
