-- title: Failures by error
-- question: Which errors end attempts most often, among those of the last hours?
-- parameter: hours, integer 1 to 168, default 24: how far back to look
-- parameter: action, text, default '': only this action; empty: all
-- parameter: top, integer 1 to 1000, default 50: how many
-- slow: it reads every attempt of the days it looks at: some 0.5 s per million of them
--
-- n              attempts that failed or timed out with this error
-- tasks          tasks that they belong to
-- action         name
-- error          its first line, numbers replaced by # so that like errors fall together, at most 120 characters
-- last_at        when it came last
-- last_task      id of the task that it came to last
--
-- Reads the attempts of tasks submitted since the day before that span (UTC); a task's id tells its day.
\if :{?hours} \else \set hours 24 \endif
\if :{?action} \else \set action '' \endif
\if :{?top} \else \set top 50 \endif
with recent as (
    select x.task_id, x.action_name, x.ended_at,
           left(regexp_replace(split_part(coalesce(x.error, '(no message)'), e'\n', 1), '[0-9]+', '#', 'g'), 120) as error
      from report.attempts x
     where x.task_id >= (((now() - make_interval(hours => :'hours'::integer)) at time zone 'UTC')::date - 1 - date '2026-01-01')::bigint << 40
       and x.ended_at > now() - make_interval(hours => :'hours'::integer)
       and x.outcome in ('FAILED', 'TIMEOUT')
       and :'action' in ('', x.action_name)
)
select count(*) as n, count(distinct r.task_id) as tasks, r.action_name as action, r.error,
       max(r.ended_at) as last_at, (array_agg(r.task_id order by r.ended_at desc, r.task_id desc))[1]::text as last_task
  from recent r
 group by r.action_name, r.error
 order by n desc, last_at desc, r.action_name, r.error
 limit :'top'::integer;
