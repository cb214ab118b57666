-- title: Throughput by hour
-- question: How many attempts ended in each of the last hours, and how long did they wait and run?
-- parameter: hours, integer 1 to 720, default 24: how far back to look
-- parameter: queue, text, default '': only this queue; empty: all
--
-- hour           its beginning
-- ended          attempts that ended, however
-- succeeded      of these, those that succeeded
-- failed         of these, those that failed or timed out
-- other          of these, the rest: lost, snoozed, cancelled, dry runs
-- mean_wait_ms   mean milliseconds from ready to started
-- mean_run_ms    mean milliseconds from started to ended
--
-- Hours without an end are left out, the oldest is there from its middle on. The newest attempts are missing until the
-- journal is rolled up: normally under a second, longer while an old transaction is open.
\if :{?hours} \else \set hours 24 \endif
\if :{?queue} \else \set queue '' \endif
select date_trunc('hour', m.minute, 'UTC') as hour, sum(m.n) as ended,
       coalesce(sum(m.n) filter (where m.outcome = 'SUCCEEDED'), 0) as succeeded,
       coalesce(sum(m.n) filter (where m.outcome in ('FAILED', 'TIMEOUT')), 0) as failed,
       coalesce(sum(m.n) filter (where m.outcome not in ('SUCCEEDED', 'FAILED', 'TIMEOUT')), 0) as other,
       round(sum(m.wait_ms) / sum(m.n), 1) as mean_wait_ms,
       round(sum(m.run_ms) / sum(m.n), 1) as mean_run_ms
  from report.attempt_minutes m
 where m.minute > now() - make_interval(hours => :'hours'::integer)
   and :'queue' in ('', m.queue)
 group by 1
 order by 1 desc;
