-- Fills a migrated, empty database for the times in sql/README.md: psql -v tasks=10000000 -f ops/bench/report-fill.sql
-- A tenth of the tasks on each of ten days, most of them ended; never on a database that is in use.
\if :{?tasks} \else \set tasks 1000000 \endif
insert into escapement.action (name) select 'action_' || i from generate_series(1, 20) i;
insert into escapement.queue (name) select 'queue_' || i from generate_series(1, 4) i;
insert into escapement.node (name, version, max_concurrent, actions, lease_until)
select 'node-' || i, '1', 50, (select array_agg(id) from escapement.action), now() + interval '1 day' from generate_series(1, 4) i;
create temporary table made as
select ((((now() at time zone 'UTC')::date - date '2026-01-01') - (i % 10))::bigint << 40) + i as id,
       now() - (i % 10) * interval '1 day' - (i::double precision / :tasks) * interval '20 hours' as at,
       (select min(id) from escapement.action where name like 'action%') + (i * 7919 % 20)::int as action,
       (select min(id) from escapement.queue) + (i % 5)::int as queue,
       (i % 100 < 5) as retried, (i % 1000 = 7) as failed, (i % 10 = 3) as dated,
       (i * 31 % 997) as ms, i
  from generate_series(1::bigint, :tasks) i;
insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, created_by, action_params, deadline_at)
select id, at, action, queue, 3, 'MEDIUM', 'LOW', 'fill', '{}', case when dated then at + interval '1 minute' end from made order by id;
insert into escapement.ended (id, completed_at, attempt_count, status, on_time)
select id, at + interval '2 seconds' + ms * interval '1 millisecond', case when retried or failed then 2 else 1 end,
       case when failed then 'FAILED' else 'COMPLETED' end::escapement.task_status, case when dated then i % 7 <> 0 end from made order by id;
insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path, ready_at, started_at, ended_at, error)
select m.id, a, a, 1 + (i % 4), action, queue,
       case when failed or (retried and a = 1) then 'FAILED' else 'SUCCEEDED' end::escapement.attempt_outcome, 'LOW', 'AUTO',
       at + (a - 1) * interval '1 second', at + (a - 1) * interval '1 second' + interval '20 milliseconds', at + (a - 1) * interval '1 second' + (20 + ms) * interval '1 millisecond',
       case when failed or (retried and a = 1) then 'no connection to host ' || i % 50 end
  from made m cross join lateral generate_series(1, case when retried or failed then 2 else 1 end) a order by id, a;
insert into escapement.attempt_minute (minute, action, queue, outcome, n, wait_ms, run_ms)
select date_trunc('minute', ended_at), action, queue, outcome, count(*), sum(20), sum(extract(epoch from ended_at - started_at) * 1000)::bigint from escapement.attempt group by 1, 2, 3, 4;
insert into escapement.change_count (queue, from_status, to_status, outcome, n)
select queue, null::escapement.task_status, 'PENDING'::escapement.task_status, null::escapement.attempt_outcome, count(*) from made group by queue
union all select queue, 'PENDING', 'IN_PROGRESS', null, count(*) from made group by queue
union all select queue, 'IN_PROGRESS', 'COMPLETED', 'SUCCEEDED', count(*) from made group by queue;
-- 20,000 that wait, 10,000 each blocked, held and due later
insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, created_by, action_params, deadline_at)
select id + (1 << 30), at, action, queue, 3, 'MEDIUM', 'HIGH', 'fill', '{}', now() + interval '1 hour' from made where i <= 50000;
insert into escapement.live (id, claim_order, ready_at, run_at, status, priority, risk_level, action, queue, max_attempts, held_since, at_risk_at, deadline_at, open_dependencies)
select id + (1 << 30), i, case when i > 20000 then null else at end, case when i between 20001 and 30000 then now() + interval '1 hour' end,
       case when i <= 20000 then 'PENDING' when i <= 30000 then 'SCHEDULED' when i <= 40000 then 'BLOCKED' else 'DEFERRED' end::escapement.task_status,
       'MEDIUM', 'HIGH', action, queue, 3, case when i > 40000 then at end, case when i % 10 = 0 then now() - interval '1 minute' end, now() + interval '1 hour', case when i between 30001 and 40000 then 1 else 0 end
  from made where i <= 50000;
insert into escapement.dependency (upstream, downstream, required, skips)
select m.id + (1 << 30), n.id + (1 << 30), 'COMPLETED', false from made m join made n on n.i = m.i + 30000 where m.i <= 10000;
insert into escapement.gate_decision (task_id, at, policy_version, attempt, statistic, threshold, decision, path, code, approvals, approver_groups, expires_at, payload_digest, action, risk_level)
select id, at, 1, 1, 'raw'::escapement.gate_statistic, 0.7, case when i % 20 = 0 then 'HOLD' else 'RUN' end::escapement.gate_decision_kind, 'AUTO'::escapement.gate_path, 'NO_CONFIDENCE', 1, '{}'::text[], at + interval '1 day', 'x', action::smallint, 'LOW'::escapement.risk_level from made where i % 5 = 0
union all
select id + (1 << 30), at, 1, 1, 'raw', 0.7, 'HOLD', 'AUTO', 'NO_CONFIDENCE', 1, '{}', at + interval '1 day', 'x', action::smallint, 'HIGH' from made where i between 40001 and 50000;
insert into escapement.approval (task_id, payload_digest, principal, verdict, at, verified, groups, submitted_by, reason)
select id, 'x', 'ana', case when i % 40 = 0 then 'REJECT' else 'APPROVE' end::escapement.approval_verdict, at + ms * interval '1 second', true, '{}', 'fill', 'r' from made where i % 20 = 0;
vacuum analyze;
