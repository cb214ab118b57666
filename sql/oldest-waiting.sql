-- title: Oldest waiting tasks
-- question: Which ready tasks were submitted first, and for how long have they been ready?
-- parameter: top, integer 1 to 1000, default 20: how many
--
-- task           id
-- action, queue  names
-- priority       of the task
-- ready_seconds  since it became ready, the last time
-- attempt        the start that comes next
-- offered        whether a node that lives runs its action
\if :{?top} \else \set top 20 \endif
select l.id::text as task, l.action_name as action, l.queue, l.priority,
       round(extract(epoch from now() - l.ready_at), 1) as ready_seconds, l.attempt + 1 as attempt, l.offered
  from report.live_tasks l
 where l.status = 'PENDING'
 order by l.id
 limit :'top'::integer;
