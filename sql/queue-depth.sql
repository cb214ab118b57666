-- title: Queue depth and age
-- question: How many tasks wait or run in each queue, and how long has the next one been ready?
-- parameter: queue, text, default '': only this queue; empty: all
--
-- queue          name
-- held           whether its tasks are held back from being claimed, by a hold of the queue or of everything
-- blocked        tasks that wait for something other than a time
-- scheduled      tasks that wait for a time: their first run or the end of a back-off
-- pending        tasks that are ready
-- deferred       tasks held for a person
-- in_progress    tasks claimed by a node
-- next_waiting   seconds that the task claimed next has been ready; empty when none is
-- next_due       seconds until the next scheduled task is due, negative when it is late; empty when none is
--
-- Counts are exact and cost no scan of tasks.
\if :{?queue} \else \set queue '' \endif
with counts as (
    select queue,
           coalesce(sum(n) filter (where status = 'BLOCKED'), 0) as blocked,
           coalesce(sum(n) filter (where status = 'SCHEDULED'), 0) as scheduled,
           coalesce(sum(n) filter (where status = 'PENDING'), 0) as pending,
           coalesce(sum(n) filter (where status = 'DEFERRED'), 0) as deferred,
           coalesce(sum(n) filter (where status = 'IN_PROGRESS'), 0) as in_progress
      from report.status_counts
     group by queue
)
select q.queue, q.held,
       coalesce(c.blocked, 0) as blocked, coalesce(c.scheduled, 0) as scheduled, coalesce(c.pending, 0) as pending,
       coalesce(c.deferred, 0) as deferred, coalesce(c.in_progress, 0) as in_progress,
       round(extract(epoch from now() - q.next_ready_at), 1) as next_waiting,
       round(extract(epoch from q.next_run_at - now()), 1) as next_due
  from report.queues q
  left join counts c on c.queue = q.queue
 where :'queue' in ('', q.queue)
 order by q.queue;
