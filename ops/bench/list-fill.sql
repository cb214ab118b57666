-- Fills a migrated, empty database for the times of lists in ops/bench/README.md: psql -v tasks=1000000 -f ops/bench/list-fill.sql
-- A tenth of the tasks on each of ten days, with descriptions, confidences, workflows and metadata; one in a hundred failed,
-- one in twenty waits. Never on a database that is in use.
\if :{?tasks} \else \set tasks 1000000 \endif
insert into escapement.action (name) select 'action_' || i from generate_series(1, 20) i;
insert into escapement.queue (name) select 'queue_' || i from generate_series(1, 4) i;
insert into escapement.node (name, version, max_concurrent, actions, lease_until, stopped_at)
select 'fill', '1', 50, '{}', now(), now();
create temporary table made as
select ((((now() at time zone 'UTC')::date - date '2026-01-01') - 9 + day)::bigint << 40) + i as id,
       midnight + day * interval '1 day' + (share * 10 - day) * case when day < 9 then interval '1 day' else now() - midnight - interval '9 days' end as at,
       (select min(id) from escapement.action where name like 'action%') + (i * 7919 % 20)::int as action,
       (select min(id) from escapement.queue) + (i % 5)::int as queue,
       (enum_range(null::escapement.task_priority))[1 + i * 31 % 5] as priority,
       (enum_range(null::escapement.risk_level))[1 + i * 17 % 3] as risk,
       round((i * 7127 % 1000) / 1000.0, 3) as confidence,
       case when i % 100 = 7 then 'FAILED' when i % 20 = 3 then (array['PENDING', 'SCHEDULED', 'BLOCKED', 'DEFERRED'])[1 + i / 20 % 4]
            when i % 500 = 9 then 'CANCELLED' else 'COMPLETED' end::escapement.task_status as status,
       i
  from (select i, (i - 1)::double precision / :tasks as share, floor((i - 1) * 10.0 / :tasks)::int as day,
               date_trunc('day', now(), 'UTC') - interval '9 days' as midnight
          from generate_series(1::bigint, :tasks) i) numbered;
insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, confidence_score, description, workflow_id,
                             created_by, action_params, metadata)
select id, at, action, queue, 3, priority, risk, case when i % 10 <> 0 then confidence end, 'Refund order ' || i || ' of customer ' || i % 9973,
       case when i % 3 = 0 then 'order-' || i / 300 end, (array['ana', 'ben', 'shop'])[1 + i % 3],
       jsonb_build_object('order', i, 'note', repeat('x', 150)), jsonb_build_object('customer', (i % 9973)::text)
  from made order by id;
insert into escapement.ended (id, completed_at, attempt_count, status)
select id, at + interval '2 seconds', 1, status from made where status in ('COMPLETED', 'FAILED', 'CANCELLED') order by id;
insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path, ready_at, started_at, ended_at,
                                confidence_score, error)
select id, 1, 1, (select max(incarnation) from escapement.node where name = 'fill'), action, queue,
       case when status = 'COMPLETED' then 'SUCCEEDED' else 'FAILED' end::escapement.attempt_outcome, risk, 'AUTO',
       at, at + interval '20 milliseconds', at + interval '1 second', confidence,
       case when status <> 'COMPLETED' then 'no connection to host ' || i % 50 end
  from made where status in ('COMPLETED', 'FAILED', 'CANCELLED') order by id;
insert into escapement.live (id, claim_order, ready_at, run_at, status, priority, risk_level, action, queue, max_attempts, confidence_score,
                             held_since, open_dependencies)
select id, i, case when status = 'PENDING' then at end, case when status = 'SCHEDULED' then now() + interval '10 days' end, status, priority,
       risk, action, queue, 3, confidence, case when status = 'DEFERRED' then at end, case when status = 'BLOCKED' then 1 else 0 end
  from made where status not in ('COMPLETED', 'FAILED', 'CANCELLED') order by id;
insert into escapement.change_count (queue, from_status, to_status, outcome, n)
select queue, null::escapement.task_status, status, null::escapement.attempt_outcome, count(*) from made group by queue, status
on conflict (queue, from_status, to_status, outcome) do update set n = escapement.change_count.n + excluded.n;
insert into escapement.attempt_minute (minute, action, queue, outcome, n, wait_ms, run_ms)
select date_trunc('minute', ended_at), action, queue, outcome, count(*), sum(20), sum(980) from escapement.attempt group by 1, 2, 3, 4
on conflict do nothing;
vacuum analyze;
