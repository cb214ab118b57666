-- title: Approval times
-- question: How long do people take to approve or reject what the gate holds, by action?
-- parameter: days, integer 0 to 90, default 1: how many whole days (UTC) before today the tasks were submitted
-- slow: it looks up what was said after every hold of the days it looks at: some 6 s per million of them
--
-- action           name
-- held             times that the gate held a task of it
-- approved         of these, those that a person let run, really or dry
-- rejected         of these, those that a person rejected
-- unanswered       of these, those about which nobody has said anything
-- median_seconds   median time from the hold to what was said first
-- p95_seconds      within which 95 of 100 were answered
-- longest_seconds  the longest time from the hold to what was said first
--
-- What is said first after a hold and before the next one counts as the answer. A task's id tells its day.
\if :{?days} \else \set days 1 \endif
with holds as (
    select d.task_id, d.action_name, d.at,
           lead(d.at) over (partition by d.task_id order by d.id) as next_at
      from report.gate_decisions d
     where d.task_id >= ((now() at time zone 'UTC')::date - :'days'::integer - date '2026-01-01')::bigint << 40
       and d.decision = 'HOLD'
), answers as (
    select h.action_name, said.verdict, extract(epoch from said.at - h.at) as seconds
      from holds h
      left join lateral (select p.verdict, p.at from report.approvals p
                          where p.task_id = h.task_id and p.at >= h.at and (h.next_at is null or p.at < h.next_at)
                          order by p.id limit 1) said on true
)
select a.action_name as action, count(*) as held,
       count(*) filter (where a.verdict in ('APPROVE', 'APPROVE_DRY_RUN')) as approved,
       count(*) filter (where a.verdict = 'REJECT') as rejected,
       count(*) filter (where a.verdict is null) as unanswered,
       round(percentile_cont(0.5) within group (order by a.seconds)::numeric, 1) as median_seconds,
       round(percentile_cont(0.95) within group (order by a.seconds)::numeric, 1) as p95_seconds,
       round(max(a.seconds), 1) as longest_seconds
  from answers a
 group by a.action_name
 order by held desc, a.action_name;
