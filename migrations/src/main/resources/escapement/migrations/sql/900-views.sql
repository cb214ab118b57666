--liquibase formatted sql

-- Views that psql, BI tools and the server share. Names, not numbers. The last file, for it stands on all others; columns
-- are only ever added at a view's end, so that a running older node can go on reading it.

--changeset escapement:report-schema
create schema if not exists report;

--changeset escapement:report-views runOnChange:true splitStatements:true
-- every task as a person reads it
create or replace view report.tasks as
select t.id, t.description, a.name as action_name, q.name as queue, coalesce(t.workflow_id, t.id::text) as workflow_id, t.parent_id,
       t.priority, t.risk_level, t.confidence_score,
       coalesce(l.status, e.status) as status,
       coalesce(l.reason, e.reason, waits.reason) as reason,
       coalesce(l.attempt, e.attempt_count) as attempt_count, t.max_attempts,
       t.created_at, t.created_by, l.run_at, coalesce(l.started_at, last.started_at) as started_at, e.completed_at,
       case when coalesce(l.status, e.status) in ('SCHEDULED', 'PENDING', 'FAILED', 'CANCELLED') then last.error end as error,
       t.action_params, e.result, t.metadata, t.dry_run or coalesce(l.dry_run, false)
           or (e.id is not null and coalesce(last.outcome = 'DRY_RUN', false)
               and exists (select from escapement.gate_decision d where d.task_id = t.id and d.decision = 'DRY_RUN')) as dry_run, t.version, t.start_by, t.deadline_at, e.on_time,
       t.rationale, t.edited_by,
       case when l.status = 'DEFERRED' then escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params) end as payload_digest
  from escapement.task t
  join escapement.action a on a.id = t.action
  join escapement.queue q on q.id = t.queue
  left join escapement.live l on l.id = t.id
  left join escapement.ended e on e.id = t.id
  left join lateral (select x.started_at, x.error, x.outcome from escapement.attempt x
                      where x.task_id = t.id order by x.attempt desc limit 1) last on true
  left join lateral (select case when l.open_dependencies > 0 then
                                 (select 'waits for task ' || d.upstream || coalesce(', which is ' || u.status, '')
                                         || case when l.open_dependencies > 1 then ' and ' || l.open_dependencies - 1 || ' more' else '' end
                                    from escapement.dependency d
                                    left join escapement.ended u on u.id = d.upstream
                                   where d.downstream = l.id and not d.met
                                   order by u.status is null, d.upstream limit 1)
                                 when l.awaits_branch then 'waits for its branch to be taken' end as reason
                      where l.status = 'BLOCKED') waits on true;

-- how many tasks stand where, exactly: the rolled-up part and the journal's tail behind the follower, in one snapshot
create or replace view report.changes as
select queue, from_status, to_status, outcome, sum(n)::bigint as n
  from (select c.queue, c.from_status, c.to_status, c.outcome, c.n from escapement.change_count c
        union all
        select j.queue, j.from_status, j.to_status, j.outcome, j.n::bigint
          from escapement.follower f
          join escapement.journal j on (j.xid, j.seq) > (f.xid, f.seq)
         where f.name = 'roll-up' and j.event is null) every_change
 group by queue, from_status, to_status, outcome;

-- tasks that are there; those that retention removed stand nowhere
create or replace view report.status_counts as
select q.name as queue, s.status, sum(s.n)::bigint as n
  from (select queue, to_status as status, n from report.changes
        union all
        select queue, from_status, -n from report.changes where from_status is not null
        union all
        select queue, status, -tasks from escapement.removed) s
  join escapement.queue q on q.id = s.queue
 group by q.name, s.status;

-- What the reports of sql/ stand on besides. Whoever reads them needs no right on the tables: see 910-reader.sql.

-- every queue, and what is claimed or falls due there next
create or replace view report.queues as
select q.name as queue,
       exists (select from escapement.hold h
                where (h.scope = 'EVERYTHING' or h.scope = 'QUEUE' and h.subject = q.id) and (h.until is null or h.until > now())) as held,
       (select l.ready_at from escapement.live l
         where l.status = 'PENDING' and l.queue = q.id
         order by l.claim_order, l.id limit 1) as next_ready_at,
       (select min(l.run_at) from escapement.live l where l.status = 'SCHEDULED' and l.queue = q.id) as next_run_at
  from escapement.queue q;

-- every task that has not ended, without what only the task itself says
create or replace view report.live_tasks as
select l.id, l.status, a.name as action_name, q.name as queue, l.priority, l.risk_level, l.confidence_score, l.reason,
       l.attempt, l.max_attempts, l.ready_at, l.run_at, l.started_at, l.held_since, l.at_risk_at, l.deadline_at,
       l.node as incarnation, n.name as node, n.lease_until,
       exists (select from escapement.node alive where alive.lease_until > now() and l.action = any(alive.actions)) as offered
  from escapement.live l
  join escapement.action a on a.id = l.action
  join escapement.queue q on q.id = l.queue
  left join escapement.node n on n.incarnation = l.node;

-- every task that has ended
create or replace view report.ended_tasks as
select e.id, e.status, a.name as action_name, q.name as queue, t.priority, t.risk_level, t.created_at, e.completed_at,
       e.attempt_count, e.on_time, t.deadline_at, e.reason
  from escapement.ended e
  join escapement.task t on t.id = e.id
  join escapement.action a on a.id = t.action
  join escapement.queue q on q.id = t.queue;

-- every attempt that has ended
create or replace view report.attempts as
select x.task_id, x.attempt, a.name as action_name, q.name as queue, n.name as node, x.outcome, x.risk_level,
       x.confidence_score, x.gate_path, x.policy_version, x.ready_at, x.started_at, x.ended_at,
       round(extract(epoch from x.started_at - x.ready_at) * 1000, 1) as wait_ms,
       round(extract(epoch from x.ended_at - x.started_at) * 1000, 1) as run_ms, x.error
  from escapement.attempt x
  join escapement.action a on a.id = x.action
  join escapement.queue q on q.id = x.queue
  left join escapement.node n on n.incarnation = x.node;

-- attempts that ended in a minute, added up; the newest are missing until the journal is rolled up. After two days a row is
-- of a whole hour, after 62 of a whole day (UTC), and minute is its beginning.
create or replace view report.attempt_minutes as
select m.minute, a.name as action_name, q.name as queue, m.outcome, m.n, m.wait_ms, m.run_ms
  from escapement.attempt_minute m
  join escapement.action a on a.id = m.action
  join escapement.queue q on q.id = m.queue;

-- every incarnation of every node
create or replace view report.nodes as
select n.incarnation, n.name, n.version, n.max_concurrent, n.started_at, n.lease_until, n.stopped_at, n.lease_until > now() as alive,
       (select count(*) from escapement.live l where l.node = n.incarnation and l.status = 'IN_PROGRESS') as running,
       (select array_agg(a.name order by a.name) from escapement.action a where a.id = any(n.actions)) as actions
  from escapement.node n;

-- what the gate decided, each time
create or replace view report.gate_decisions as
select d.task_id, d.id, d.at, a.name as action_name, coalesce(d.risk_level, t.risk_level) as risk_level, d.attempt, d.policy_version, d.confidence_score,
       d.statistic, d.value, d.threshold, d.decision, d.path, d.code, d.approvals as approvals_needed, d.expires_at, d.reason,
       d.map_version, d.calibrated, d.calibrated_lower, d.map_stale, d.probe_rate, d.probe_draw
  from escapement.gate_decision d
  -- only for those that do not say it themselves; not joined: whoever asks for some days of ids would have the tasks of all
  -- days hashed
  left join lateral (select t.action, t.risk_level from escapement.task t where d.action is null and t.id = d.task_id limit 1) t on true
  join escapement.action a on a.id = coalesce(d.action, t.action);

-- what people said of held tasks
create or replace view report.approvals as
select p.id, p.task_id, p.principal, p.verdict, p.at, p.verified, p.reason, p.payload_digest
  from escapement.approval p;

-- every task that the gate holds, and how many let it run by what each of them said last
create or replace view report.held_tasks as
select l.id, a.name as action_name, l.risk_level, l.confidence_score, l.held_since, d.expires_at, d.code, d.threshold,
       d.policy_version, d.approvals as approvals_needed,
       (select count(*)
          from (select distinct on (p.principal) p.*
                  from escapement.approval p
                 where p.task_id = l.id
                   and p.payload_digest = escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params)
                 order by p.principal, p.id desc) said
         where said.verdict <> 'REJECT'
           and (not said.verified or said.principal is distinct from t.edited_by
                and (d.approver_groups = '{}' or said.groups && d.approver_groups))) as approvals_given,
       l.reason
  from escapement.live l
  join escapement.task t on t.id = l.id
  join escapement.action a on a.id = l.action
  left join lateral (select * from escapement.gate_decision d where d.task_id = l.id order by d.id desc limit 1) d on true
 where l.status = 'DEFERRED';

-- which tasks a blocked one waits for
create or replace view report.open_dependencies as
select d.downstream as task_id, d.upstream, d.required, coalesce(l.status, e.status) as upstream_status
  from escapement.dependency d
  left join escapement.live l on l.id = d.upstream
  left join escapement.ended e on e.id = d.upstream
 where not d.met;

-- how long attempts waited (WAIT) and ran (RUN), by size: n of them took from_ms or more and less than to_ms. After two hours
-- a row is of a whole hour, after 62 days of a whole day (UTC), and minute is its beginning.
create or replace view report.attempt_spread as
select s.minute, s.measure, a.name as action_name, q.name as queue, s.outcome,
       case when s.bucket = -7 then 0 else power(2, s.bucket / 2.0) end as from_ms, power(2, (s.bucket + 1) / 2.0) as to_ms, s.n
  from escapement.attempt_spread s
  join escapement.action a on a.id = s.action
  join escapement.queue q on q.id = s.queue;

-- tasks that retention removed, by the status in which they were, with their attempts
create or replace view report.removed_tasks as
select q.name as queue, r.status, r.tasks, r.attempts
  from escapement.removed r
  join escapement.queue q on q.id = r.queue;
