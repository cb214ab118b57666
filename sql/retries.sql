-- title: Retries
-- question: How many of the tasks submitted in the last days needed more than one attempt, and did it help?
-- parameter: days, integer 0 to 30, default 1: how many whole days (UTC) before today
-- slow: it reads every attempt of the days it looks at: some 3 s per million of them
--
-- action         name
-- tasks          tasks with at least one attempt that ended
-- retried        of these, those with more than one
-- attempts       attempts of all of them
-- rescued        retried tasks with an attempt after the first that succeeded
-- retry_rate     retried / tasks, from 0 to 1
-- rescue_rate    rescued / retried, from 0 to 1; empty when none was retried
-- most_attempts  of one task
--
-- Attempts cut short by the end of their node count too. A task's id tells its day.
\if :{?days} \else \set days 1 \endif
with tasks as (
    select x.action_name as action, x.task_id, count(*) as attempts, max(x.attempt) as last,
           coalesce(bool_or(x.outcome = 'SUCCEEDED' and x.attempt > 1), false) as rescued
      from report.attempts x
     where x.task_id >= ((now() at time zone 'UTC')::date - :'days'::integer - date '2026-01-01')::bigint << 40
     group by x.action_name, x.task_id
)
select t.action, count(*) as tasks, count(*) filter (where t.last > 1) as retried, sum(t.attempts) as attempts,
       count(*) filter (where t.rescued) as rescued,
       round(count(*) filter (where t.last > 1)::numeric / count(*), 4) as retry_rate,
       round(count(*) filter (where t.rescued)::numeric / nullif(count(*) filter (where t.last > 1), 0), 4) as rescue_rate,
       max(t.last) as most_attempts
  from tasks t
 group by t.action
 order by retried desc, t.action;
