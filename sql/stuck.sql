-- title: Stuck tasks
-- question: Which tasks do not move although they should?
-- parameter: top, integer 1 to 1000, default 50: how many of each problem
-- slow: it reads every ready task to find those that no node offers: some 0.3 s per million of them
--
-- problem        held without a lease: its node is dead and its task is not freed yet; normal for some seconds
--                due but waiting:      its time has come and it is not ready yet; normal for a second
--                no node offers it:    it is ready, but no node with a lease runs its action
--                runs long:            it has been in progress for more than a minute, the longest first
-- seconds        for how long
-- task           id
-- action, queue  names
-- attempt        the start that is running or comes next
-- node           name of the node that holds it; empty when none does
\if :{?top} \else \set top 50 \endif
with without_lease as (
    select 1 as rank, 'held without a lease' as problem, now() - coalesce(l.lease_until, l.started_at) as since,
           l.id, l.action_name, l.queue, l.attempt, coalesce(l.node, 'incarnation ' || l.incarnation) as node
      from report.live_tasks l
     where l.status = 'IN_PROGRESS' and (l.lease_until is null or l.lease_until <= now())
     order by since desc, l.id
     limit :'top'::integer
), due as (
    select 2 as rank, 'due but waiting' as problem, now() - l.run_at as since, l.id, l.action_name, l.queue, l.attempt + 1 as attempt, null as node
      from report.live_tasks l
     where l.status = 'SCHEDULED' and l.run_at <= now()
     order by since desc, l.id
     limit :'top'::integer
), not_offered as (
    select 3 as rank, 'no node offers it' as problem, now() - l.ready_at as since, l.id, l.action_name, l.queue, l.attempt + 1 as attempt, null as node
      from report.live_tasks l
     where l.status = 'PENDING'
       and l.action_name not in (select unnest(n.actions) from report.nodes n where n.alive)
     order by since desc, l.id
     limit :'top'::integer
), long as (
    select 4 as rank, 'runs long' as problem, now() - l.started_at as since, l.id, l.action_name, l.queue, l.attempt, l.node
      from report.live_tasks l
     where l.status = 'IN_PROGRESS' and l.lease_until > now() and l.started_at < now() - interval '1 minute'
     order by since desc, l.id
     limit :'top'::integer
), every_problem as (
    select * from without_lease
    union all select * from due
    union all select * from not_offered
    union all select * from long
)
select p.problem, round(extract(epoch from p.since), 1) as seconds, p.id::text as task, p.action_name as action, p.queue, p.attempt, p.node
  from every_problem p
 order by p.rank, p.since desc, p.id;
