-- Which tasks do not move although they should?
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
--
-- At most 50 of each.
with offered as (
    select distinct unnest(n.actions) as action from escapement.node n where n.lease_until > now()
), without_lease as (
    select 1 as rank, 'held without a lease' as problem, now() - coalesce(n.lease_until, l.started_at) as since,
           l.id, l.action, l.queue, l.attempt, coalesce(n.name, 'incarnation ' || l.node) as node
      from escapement.live l
      left join escapement.node n on n.incarnation = l.node
     where l.status = 'IN_PROGRESS' and (n.incarnation is null or n.lease_until <= now())
     order by since desc, l.id
     limit 50
), due as (
    select 2 as rank, 'due but waiting' as problem, now() - l.run_at as since, l.id, l.action, l.queue, l.attempt + 1 as attempt, null as node
      from escapement.live l
     where l.status = 'SCHEDULED' and l.run_at <= now()
     order by since desc, l.id
     limit 50
), not_offered as (
    select 3 as rank, 'no node offers it' as problem, now() - l.ready_at as since, l.id, l.action, l.queue, l.attempt + 1 as attempt, null as node
      from escapement.live l
     where l.status = 'PENDING' and l.action not in (select action from offered)
     order by since desc, l.id
     limit 50
), long as (
    select 4 as rank, 'runs long' as problem, now() - l.started_at as since, l.id, l.action, l.queue, l.attempt, n.name as node
      from escapement.live l
      join escapement.node n on n.incarnation = l.node
     where l.status = 'IN_PROGRESS' and n.lease_until > now() and l.started_at < now() - interval '1 minute'
     order by since desc, l.id
     limit 50
), every_problem as (
    select * from without_lease
    union all select * from due
    union all select * from not_offered
    union all select * from long
)
select p.problem, round(extract(epoch from p.since), 1) as seconds, p.id as task, a.name as action, q.name as queue, p.attempt, p.node
  from every_problem p
  join escapement.action a on a.id = p.action
  join escapement.queue q on q.id = p.queue
 order by p.rank, p.since desc, p.id;
