-- title: Slowest attempts
-- question: Which attempts took longest, among those that ended in the last hours?
-- parameter: hours, integer 1 to 168, default 24: how far back to look
-- parameter: action, text, default '': only this action; empty: all
-- parameter: top, integer 1 to 1000, default 20: how many
-- slow: it reads every attempt of the days it looks at: some 0.5 s per million of them
--
-- run_ms         milliseconds from started to ended
-- wait_ms        milliseconds from ready to started
-- task, attempt  id and number
-- action, queue  names
-- outcome        how it ended
-- ended_at       when
-- node           name of the node that ran it
--
-- Reads the attempts of tasks submitted since the day before that span (UTC); a task's id tells its day.
\if :{?hours} \else \set hours 24 \endif
\if :{?action} \else \set action '' \endif
\if :{?top} \else \set top 20 \endif
select x.run_ms, x.wait_ms, x.task_id::text as task, x.attempt, x.action_name as action, x.queue, x.outcome, x.ended_at, x.node
  from report.attempts x
 where x.task_id >= (((now() - make_interval(hours => :'hours'::integer)) at time zone 'UTC')::date - 1 - date '2026-01-01')::bigint << 40
   and x.ended_at > now() - make_interval(hours => :'hours'::integer)
   and :'action' in ('', x.action_name)
 order by x.ended_at - x.started_at desc, x.task_id, x.attempt
 limit :'top'::integer;
