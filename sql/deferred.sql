-- title: Deferred tasks
-- question: Which tasks does the gate hold for a person, since when, and until when may somebody approve?
-- parameter: top, integer 1 to 1000, default 50: how many, those whose time runs out first
-- slow: it looks up the task of every held one to count approvals: some 20 s per million of them
--
-- task           id
-- action         name
-- risk_level     of the task
-- confidence     of its submitter; empty when none was stated
-- threshold      what the policy asks; empty when a person decides whatever the confidence
-- code           why it is held
-- held_seconds   for how long
-- expires_in     seconds until it is rejected, negative when that is late; empty when it never is
-- given          people who have approved
-- needed         people who have to
-- reason         why it is held, in words
\if :{?top} \else \set top 50 \endif
select h.id::text as task, h.action_name as action, h.risk_level, h.confidence_score as confidence, h.threshold, h.code,
       round(extract(epoch from now() - h.held_since), 1) as held_seconds,
       round(extract(epoch from h.expires_at - now()), 1) as expires_in,
       h.approvals_given as given, h.approvals_needed as needed, h.reason
  from report.held_tasks h
 order by h.expires_at nulls last, h.id
 limit :'top'::integer;
