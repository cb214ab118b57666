-- title: Blocked tasks
-- question: Which tasks wait for other tasks, and for which?
-- parameter: top, integer 1 to 1000, default 50: how many, the oldest first
--
-- task           id
-- action, queue  names
-- waits_for      id of a task that it waits for, one that will not end as required first; empty when it waits for a branch
-- required       how that one has to end
-- stands         how that one stands now
-- more           further tasks that it waits for
-- reason         why it waits, in words
\if :{?top} \else \set top 50 \endif
with blocked as (
    select l.id, l.action_name, l.queue
      from report.live_tasks l
     where l.status = 'BLOCKED'
     order by l.id
     limit :'top'::integer
)
select b.id::text as task, b.action_name as action, b.queue, d.upstream::text as waits_for, d.required, d.upstream_status as stands,
       coalesce(d.n - 1, 0) as more, t.reason
  from blocked b
  join report.tasks t on t.id = b.id
  left join lateral (select o.upstream, o.required, o.upstream_status, count(*) over () as n
                       from report.open_dependencies o
                      where o.task_id = b.id
                      order by coalesce(o.upstream_status::text in ('COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED'), true) desc, o.upstream
                      limit 1) d on true
 order by b.id;
