-- title: Throughput by minute
-- question: How many attempts ended in each of the last minutes, and how long did they wait and run?
-- parameter: minutes, integer 1 to 1440, default 60: how far back to look
-- parameter: queue, text, default '': only this queue; empty: all
--
-- minute         its beginning
-- ended          attempts that ended, however
-- succeeded      of these, those that succeeded
-- failed         of these, those that failed or timed out
-- other          of these, the rest: lost, snoozed, cancelled, dry runs
-- mean_wait_ms   mean milliseconds from ready to started
-- mean_run_ms    mean milliseconds from started to ended
--
-- Minutes without an end are left out. The newest attempts are missing until the journal is rolled up: normally under a
-- second, longer while an old transaction is open.
\if :{?minutes} \else \set minutes 60 \endif
\if :{?queue} \else \set queue '' \endif
select m.minute, sum(m.n) as ended,
       coalesce(sum(m.n) filter (where m.outcome = 'SUCCEEDED'), 0) as succeeded,
       coalesce(sum(m.n) filter (where m.outcome in ('FAILED', 'TIMEOUT')), 0) as failed,
       coalesce(sum(m.n) filter (where m.outcome not in ('SUCCEEDED', 'FAILED', 'TIMEOUT')), 0) as other,
       round(sum(m.wait_ms) / sum(m.n), 1) as mean_wait_ms,
       round(sum(m.run_ms) / sum(m.n), 1) as mean_run_ms
  from report.attempt_minutes m
 where m.minute > now() - make_interval(mins => :'minutes'::integer)
   and :'queue' in ('', m.queue)
 group by m.minute
 order by m.minute desc;
