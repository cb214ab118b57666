-- title: Deadlines
-- question: How many tasks ended by their deadline, and how late were the others, by action?
-- parameter: days, integer 0 to 90, default 1: how many whole days (UTC) before today the tasks were submitted
-- slow: it reads every ended task of these days that had a deadline: some 4 s per million of them
--
-- action             name
-- met                tasks that ended by their deadline
-- missed             tasks that did not
-- on_time_rate       met / (met + missed), from 0 to 1
-- mean_late_seconds  mean seconds from the deadline to the end of the missed; empty when none was
-- most_late_seconds  of one task
--
-- Tasks that have not ended: late.sql. A task's id tells its day.
\if :{?days} \else \set days 1 \endif
select e.action_name as action, count(*) filter (where e.on_time) as met, count(*) filter (where not e.on_time) as missed,
       round(count(*) filter (where e.on_time)::numeric / count(*), 4) as on_time_rate,
       round(avg(extract(epoch from e.completed_at - e.deadline_at)) filter (where not e.on_time), 1) as mean_late_seconds,
       round(max(extract(epoch from e.completed_at - e.deadline_at)) filter (where not e.on_time), 1) as most_late_seconds
  from report.ended_tasks e
 where e.on_time is not null
   and e.id >= ((now() at time zone 'UTC')::date - :'days'::integer - date '2026-01-01')::bigint << 40
 group by e.action_name
 order by missed desc, e.action_name;
