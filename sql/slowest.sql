-- Which attempts took longest, among those that ended in the last 24 hours?
--
-- run_ms         milliseconds from started to ended
-- wait_ms        milliseconds from ready to started
-- task, attempt  id and number
-- action, queue  names
-- outcome        how it ended
-- ended_at       when
-- node           name of the node that ran it
--
-- Reads the attempts of tasks submitted today or yesterday (UTC); a task's id tells its day.
select round(extract(epoch from x.ended_at - x.started_at) * 1000, 1) as run_ms,
       round(extract(epoch from x.started_at - x.ready_at) * 1000, 1) as wait_ms,
       x.task_id as task, x.attempt, a.name as action, q.name as queue, x.outcome, x.ended_at, n.name as node
  from escapement.attempt x
  join escapement.action a on a.id = x.action
  join escapement.queue q on q.id = x.queue
  join escapement.node n on n.incarnation = x.node
 where x.task_id >= ((now() at time zone 'UTC')::date - 1 - date '2026-01-01')::bigint << 40
   and x.ended_at > now() - interval '24 hours'
 order by run_ms desc, x.task_id, x.attempt
 limit 20;
