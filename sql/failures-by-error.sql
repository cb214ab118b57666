-- Which errors end attempts most often, among those of the last 24 hours?
--
-- n              attempts that failed or timed out with this error
-- tasks          tasks that they belong to
-- action         name
-- error          its first line, numbers replaced by # so that like errors fall together, at most 120 characters
-- last_at        when it came last
-- last_task      id of the task that it came to last
--
-- Reads the attempts of tasks submitted today or yesterday (UTC); a task's id tells its day.
with recent as (
    select x.task_id, x.action, x.ended_at,
           left(regexp_replace(split_part(coalesce(x.error, '(no message)'), e'\n', 1), '[0-9]+', '#', 'g'), 120) as error
      from escapement.attempt x
     where x.task_id >= ((now() at time zone 'UTC')::date - 1 - date '2026-01-01')::bigint << 40
       and x.ended_at > now() - interval '24 hours'
       and x.outcome in ('FAILED', 'TIMEOUT')
)
select count(*) as n, count(distinct r.task_id) as tasks, a.name as action, r.error,
       max(r.ended_at) as last_at, (array_agg(r.task_id order by r.ended_at desc, r.task_id desc))[1] as last_task
  from recent r
  join escapement.action a on a.id = r.action
 group by a.name, r.error
 order by n desc, last_at desc, a.name, r.error
 limit 50;
