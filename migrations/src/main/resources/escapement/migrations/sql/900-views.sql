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

create or replace view report.status_counts as
select q.name as queue, s.status, sum(s.n)::bigint as n
  from (select queue, to_status as status, n from report.changes
        union all
        select queue, from_status, -n from report.changes where from_status is not null) s
  join escapement.queue q on q.id = s.queue
 group by q.name, s.status;
