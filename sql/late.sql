-- title: Late tasks
-- question: Which tasks that have not ended are past their deadline or in danger of missing it?
-- parameter: top, integer 1 to 1000, default 50: how many, the most urgent first
--
-- task           id
-- action, queue  names
-- status         where it stands
-- deadline_at    when it is to have ended
-- seconds_left   until then, negative when it is past
-- reason         why it is not further; empty when nothing holds it
\if :{?top} \else \set top 50 \endif
select l.id::text as task, l.action_name as action, l.queue, l.status, l.deadline_at,
       round(extract(epoch from l.deadline_at - now()), 1) as seconds_left, l.reason
  from report.live_tasks l
 where l.at_risk_at <= now() and l.deadline_at is not null
 order by l.deadline_at, l.id
 limit :'top'::integer;
