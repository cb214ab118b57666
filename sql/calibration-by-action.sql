-- title: Calibration by action
-- question: Whose confidences come true, and which actions are farthest off for certain?
-- parameter: days, integer 1 to 3650, default 90: how many days (UTC) up to today the tasks ended
--
-- action         name
-- verdict        one word; INSUFFICIENT below 100 outcomes or 10 of either kind
-- n              tasks that ran without a person's word and came to an outcome
-- stated         their mean confidence
-- happened       successes / n
-- happened_low   of the 95 % interval of happened
-- happened_high  of the 95 % interval of happened
-- brier          mean squared difference between confidence and outcome
-- skill          1 - brier / that of always saying happened; empty when all outcomes are alike
-- ece            expected calibration error; read it beside noise_floor only
-- noise_floor    the error that right claims would show on as many outcomes
--
-- Those first whose interval is farthest from what was stated, so that few outcomes do not come first.
\if :{?days} \else \set days 90 \endif
select s.part as action, s.verdict, s.n, round(s.mean_confidence::numeric, 4) as stated, round(s.base_rate::numeric, 4) as happened,
       round(s.wilson_low::numeric, 4) as happened_low, round(s.wilson_high::numeric, 4) as happened_high,
       round(s.brier::numeric, 4) as brier, round(s.brier_skill_score::numeric, 4) as skill,
       round(s.ece::numeric, 4) as ece, round(s.ece_noise_floor::numeric, 4) as noise_floor
  from report.calibration_scores_between('action', (now() at time zone 'UTC')::date - :'days'::integer + 1, (now() at time zone 'UTC')::date) s
 order by greatest(s.mean_confidence - s.wilson_high, s.wilson_low - s.mean_confidence, 0) desc, s.part;
