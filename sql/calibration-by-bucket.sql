-- title: Calibration by bucket
-- question: How often did tasks of each confidence succeed, and how far is that from what was stated?
-- parameter: days, integer 1 to 3650, default 90: how many days (UTC) up to today the tasks ended
-- parameter: action, text, default '': only this action; empty: all
--
-- bucket           confidences, the upper edge belonging to the next bucket
-- n                tasks that ran without a person's word and came to an outcome
-- successes        of them
-- stated           their mean confidence; empty when n is 0
-- happened         successes / n; empty when n is 0
-- gap              stated - happened: positive where claims are too high
-- happened_low     of the 95 % interval of happened
-- happened_high    of the 95 % interval of happened
--
-- Fewer than 10 outcomes say nothing, fewer than 30 little.
\if :{?days} \else \set days 90 \endif
\if :{?action} \else \set action '' \endif
select b.label as bucket, b.n, b.successes, round(b.mean_confidence::numeric, 4) as stated, round(b.observed_rate::numeric, 4) as happened,
       round(b.gap::numeric, 4) as gap, round(b.wilson_low::numeric, 4) as happened_low, round(b.wilson_high::numeric, 4) as happened_high
  from report.calibration_bins_between((now() at time zone 'UTC')::date - :'days'::integer + 1, (now() at time zone 'UTC')::date,
                                       nullif(:'action', '')) b
 order by b.bin;
