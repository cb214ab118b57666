-- title: Node load
-- question: Which nodes live, how full are they, and what did they end lately?
-- parameter: minutes, integer 1 to 120, default 10: how far back to look at ended attempts
-- slow: it reads every attempt of tasks submitted today or yesterday (UTC): some 0.2 s per million of them
--
-- node           name
-- version        that it runs
-- alive          whether it holds its lease
-- running        tasks that it has claimed
-- slots          tasks that it may run at once
-- load           running / slots
-- lease_left     seconds, negative when its lease is over
-- ended          attempts that it ended in these minutes
-- lost           of these, those that were taken from it
-- actions        how many it offers
--
-- Nodes whose lease ended more than an hour ago are left out.
\if :{?minutes} \else \set minutes 10 \endif
with ended as (
    select x.node, count(*) as n, count(*) filter (where x.outcome = 'LOST') as lost
      from report.attempts x
     where x.task_id >= ((now() at time zone 'UTC')::date - 1 - date '2026-01-01')::bigint << 40
       and x.ended_at > now() - make_interval(mins => :'minutes'::integer)
     group by x.node
)
select n.name as node, n.version, n.alive, n.running, n.max_concurrent as slots,
       round(n.running::numeric / n.max_concurrent, 3) as load,
       round(extract(epoch from n.lease_until - now()), 1) as lease_left,
       coalesce(e.n, 0) as ended, coalesce(e.lost, 0) as lost, coalesce(cardinality(n.actions), 0) as actions
  from report.nodes n
  left join ended e on e.node = n.name
 where n.lease_until > now() - interval '1 hour'
 order by n.alive desc, n.name, n.incarnation;
