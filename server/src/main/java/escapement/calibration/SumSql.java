package escapement.calibration;

/**
 * The steps that the statements over the sums have in common, each a list of CTEs. What counts is said here alone, so that
 * the follower, the sweep, a recount and a comparison cannot differ.
 */
final class SumSql {
    /*
     * From `ran`, ends of tasks by an attempt: those that are the first of their decision. A plain re-run of an ended task
     * rests on the same decision and adds nothing; one with a newly given confidence does.
     */
    static final String FRESH = """
            fresh as materialized (
                select r.* from ran r
                 where not case when r.attempt > 1 and r.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')
                                then exists (select from escapement.attempt e
                                              where e.task_id = r.task_id and e.attempt < r.attempt and e.ended_task
                                                and e.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT')
                                                and e.confidence_score is not distinct from r.confidence_score)
                                else false end
            )""";

    /** From `fresh`: those that count, as the follower sees them. */
    static final String OUTCOMES = """
            outcomes as materialized (
                select (ended_at at time zone 'UTC')::date as day, action, risk_level, gate_path as path,
                       (confidence_score * 1000000)::integer as c6, outcome = 'SUCCEEDED' as ok, started_at, 1 as sign
                  from fresh where outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT') and confidence_score is not null
            )""";

    /** From `fresh`, what people said since (taken away as the attempt ended, added as they said last), and imported history. */
    static final String CORRECTED_OUTCOMES = """
            said as materialized (
                select distinct on (task_id, attempt) task_id, attempt, verdict from escapement.verdict order by task_id, attempt, id desc
            ), outcomes as materialized (
                select (ended_at at time zone 'UTC')::date as day, action, risk_level, gate_path as path,
                       (confidence_score * 1000000)::integer as c6, outcome = 'SUCCEEDED' as ok, started_at, 1 as sign
                  from fresh where outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT') and confidence_score is not null
                union all
                select (a.ended_at at time zone 'UTC')::date, a.action, a.risk_level, a.gate_path,
                       (a.confidence_score * 1000000)::integer, c.ok, a.started_at, c.sign
                  from said s
                  join escapement.attempt a on a.task_id = s.task_id and a.attempt = s.attempt
                 cross join lateral (values (a.outcome = 'SUCCEEDED', -1), (s.verdict = 'CORRECT', 1)) c (ok, sign)
                 where (s.verdict = 'CORRECT') <> (a.outcome = 'SUCCEEDED') %s
                union all
                select (ended_at at time zone 'UTC')::date, action, risk_level, 'AUTO'::escapement.gate_path,
                       (confidence_score * 1000000)::integer, ok, null::timestamptz, 1
                  from escapement.imported_attempt where counted %s
            )""";

    /*
     * From `outcomes`: the same with the calibrated value of the map in force when the attempt started: the newest
     * publication for its action, else the global one, else what was stated. Publications are looked up once an action and
     * maps once a version, not once a task; `|| '{}'` unpacks a map's knots, which each access would do again.
     */
    static final String MAPPED = """
            spans as materialized (
                select p.action, p.version, p.at as since, lead(p.at, 1, 'infinity') over (partition by p.action order by p.at, p.id) as until
                  from (select action, min(started_at) as first, max(started_at) as last from outcomes group by action
                        union all
                        select 0::smallint, min(started_at), max(started_at) from outcomes) o
                 cross join lateral (
                       (select * from escapement.calibration_publication
                         where action = o.action and at <= o.first order by at desc, id desc limit 1)
                       union all
                       select * from escapement.calibration_publication where action = o.action and at > o.first and at <= o.last) p
            ), maps as materialized (
                select version, knots || '{}'::integer[] as knots from escapement.calibration_map
                 where version = any(array(select version from spans))
            ), mapped as (
                select o.day, o.action, o.risk_level, o.path, o.c6, coalesce(m.knots[o.c6 / 1000 + 1], o.c6) as q6, o.ok, o.sign
                  from outcomes o
                  left join spans own on own.action = o.action and o.started_at >= own.since and o.started_at < own.until
                  left join spans every on every.action = 0 and o.started_at >= every.since and o.started_at < every.until
                  left join maps m on m.version = coalesce(own.version, every.version)
            )""";

    /** {@code %s} from {@code %s}, outcomes with their calibrated value: the sums of each thousandth of confidence. */
    static final String CELLS = """
            %s as materialized (
                select day, action, risk_level, path, (c6 / 1000)::smallint as micro,
                       sum(sign) as n, coalesce(sum(sign) filter (where ok), 0) as s,
                       sum(sign * c6::bigint) as sc, sum(sign * c6::bigint * c6) as scc, coalesce(sum(sign * c6::bigint) filter (where ok), 0) as scs,
                       sum(sign * q6::bigint) as sq, sum(sign * q6::bigint * (1000000 - q6)) as sqv
                  from %s
                 group by 1, 2, 3, 4, 5
            )""";

    /** From `cells`: the same by tenths and days. */
    static final String BY_BIN = """
            select day, action, risk_level, path, least(micro / 100, 9)::smallint as bin,
                   sum(n) as n, sum(s) as s, sum(sc) as sc, sum(scc) as scc, sum(scs) as scs, sum(sq) as sq, sum(sqv) as sqv
              from cells group by 1, 2, 3, 4, 5""";

    /** From `cells`: adds them to both tables. */
    static final String ADDED = """
            added_by_day as (
                insert into escapement.calibration_day as t (day, action, risk_level, path, bin, n, s, sc, scc, scs, sq, sqv)
                %s order by 1, 2, 3, 4, 5
                    on conflict (day, action, risk_level, path, bin) do update
                   set n = t.n + excluded.n, s = t.s + excluded.s, sc = t.sc + excluded.sc, scc = t.scc + excluded.scc,
                       scs = t.scs + excluded.scs, sq = t.sq + excluded.sq, sqv = t.sqv + excluded.sqv
            ), added_by_micro as (
                insert into escapement.calibration_micro as t (action, period, is_month, risk_level, path, micro, n, s, sc, scc, scs)
                select action, day, false, risk_level, path, micro, n, s, sc, scc, scs from cells order by 1, 2, 4, 5, 6
                    on conflict (action, period, is_month, risk_level, path, micro) do update
                   set n = t.n + excluded.n, s = t.s + excluded.s, sc = t.sc + excluded.sc, scc = t.scc + excluded.scc,
                       scs = t.scs + excluded.scs
            )""".formatted(BY_BIN);

    /** From `fresh` and `never`, ends of tasks without an attempt: adds what has no outcome that counts. */
    static final String MISSED = """
            missed as (
                insert into escapement.calibration_missing as t (day, action, risk_level, bin, fate, n)
                select day, action, risk_level, case when confidence_score is null then -1 else least(floor(confidence_score * 10), 9) end::smallint, fate::escapement.calibration_fate, count(*)
                  from (select (ended_at at time zone 'UTC')::date as day, action, risk_level, confidence_score,
                               case outcome when 'DRY_RUN' then 'DRY_RUN' when 'CANCELLED' then 'CANCELLED' else 'UNSCORED' end as fate
                          from fresh where outcome in ('DRY_RUN', 'CANCELLED') or confidence_score is null
                        union all
                        select (x.at at time zone 'UTC')::date, t.action, t.risk_level, t.confidence_score, x.fate
                          from never x join escapement.task t on t.id = x.id) m
                 group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5
                    on conflict (day, action, risk_level, bin, fate) do update set n = t.n + excluded.n
            )""";

    /** From `mapped` and what the attempts said that were removed: as {@code cells}. */
    static final String CELLS_WITH_REMOVED = CELLS.formatted("kept", "mapped") + """
            , cells as materialized (
                select day, action, risk_level, path, micro, sum(n) as n, sum(s) as s, sum(sc) as sc, sum(scc) as scc, sum(scs) as scs,
                       sum(sq) as sq, sum(sqv) as sqv
                  from (select * from kept
                        union all
                        select day, action, risk_level, path, micro, n, s, sc, scc, scs, sq, sqv from escapement.calibration_removed where %s) c
                 group by 1, 2, 3, 4, 5
            )""";

    /**
     * What the attempts up to the follower's position come to, corrected by all that people said, and imported history, in
     * {@code mapped}.
     *
     * @param ofAttempts, ofVerdicts, ofImports conditions of which, each beginning with {@code and}, or nothing
     */
    static String expected(String ofAttempts, String ofVerdicts, String ofImports) {
        return """
                tail as materialized (
                    select k.task_id, k.attempt
                      from escapement.follower f
                      join escapement.journal j on (j.xid, j.seq) > (f.xid, f.seq)
                     cross join lateral unnest(j.task_ids, j.attempts) as k (task_id, attempt)
                     where f.name = 'calibration' and j.attempts is not null and j.to_status in ('COMPLETED', 'FAILED', 'CANCELLED')
                ), ran as materialized (
                    select a.task_id, a.attempt, a.action, a.risk_level, a.gate_path, a.outcome, a.confidence_score, a.started_at, a.ended_at
                      from escapement.attempt a
                     where a.ended_task and a.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT') and a.confidence_score is not null %s
                       and (a.task_id, a.attempt) not in (select task_id, attempt from tail)
                ), """.formatted(ofAttempts) + FRESH + ", " + CORRECTED_OUTCOMES.formatted(ofVerdicts, ofImports) + ", "
                + MAPPED;
    }

    private SumSql() {}
}
