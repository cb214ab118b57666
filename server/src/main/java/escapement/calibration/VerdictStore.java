package escapement.calibration;

import escapement.access.Principal;
import escapement.task.TaskStatus;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** SQL: what people say of outcomes, and what that corrects in the sums. */
final class VerdictStore {
    // locked, so that one of two verdicts sees the other, and a re-run waits
    private static final String LOCK = "select status::text from escapement.ended where id = ? for update";
    private static final String LIVE = "select status::text from escapement.live where id = ?";

    /*
     * The newest attempt with an outcome that counts: of a plain re-run that is the run which it repeats, as SumSql.FRESH
     * has it. With what was said of it last.
     */
    private static final String NEWEST = """
            select a.attempt, coalesce((select v.verdict = 'CORRECT' from escapement.verdict v
                                         where v.task_id = a.task_id and v.attempt = a.attempt order by v.id desc limit 1),
                                       a.outcome = 'SUCCEEDED') as ok,
                   (select v.verdict::text from escapement.verdict v
                     where v.task_id = a.task_id and v.attempt = a.attempt order by v.id desc limit 1) as verdict
              from escapement.attempt a
             where a.task_id = ? and a.ended_task and a.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT') and a.confidence_score is not null
               and not exists (select from escapement.attempt e
                                where e.task_id = a.task_id and e.attempt < a.attempt and e.ended_task
                                  and e.outcome in ('SUCCEEDED', 'FAILED', 'TIMEOUT') and e.confidence_score is not distinct from a.confidence_score)
             order by a.attempt desc limit 1
            """;
    private static final String SAY = """
            insert into escapement.verdict (task_id, attempt, principal, verdict, reason)
            values (?, ?, ?, ?::escapement.outcome_verdict, ?)
            """;
    private static final String CORRECT = """
            with outcomes as materialized (
                select (a.ended_at at time zone 'UTC')::date as day, a.action, a.risk_level, a.gate_path as path,
                       (a.confidence_score * 1000000)::integer as c6, c.ok, a.started_at, c.sign
                  from escapement.attempt a
                 cross join (values (?::boolean, -1), (not ?::boolean, 1)) c (ok, sign)
                 where a.task_id = ? and a.attempt = ?
            ), """ + SumSql.MAPPED + """
            insert into escapement.calibration_delta (day, action, risk_level, path, c6, q6, ok, sign)
            select day, action, risk_level, path, c6, q6, ok, sign from mapped order by sign
            """;

    /** How the task ended; empty when it has not. */
    Optional<TaskStatus> lockEnd(DSLContext tx, long task) {
        return status(tx, LOCK, task);
    }

    /** How a task stands that has not ended; empty when there is none. */
    Optional<TaskStatus> live(DSLContext tx, long task) {
        return status(tx, LIVE, task);
    }

    private static Optional<TaskStatus> status(DSLContext tx, String sql, long task) {
        return tx.resultQuery(sql, task).fetchOptional(row -> TaskStatus.valueOf(row.get(0, String.class)));
    }

    Optional<Counted> newest(DSLContext tx, long task) {
        return tx.resultQuery(NEWEST, task)
                .fetchOptional(row ->
                        new Counted(row.get(0, Integer.class), row.get(1, Boolean.class), row.get(2, String.class)));
    }

    void say(DSLContext tx, Principal principal, long task, Counted outcome, OutcomeVerdict verdict, String reason) {
        tx.query(SAY, task, outcome.attempt(), principal.name(), verdict.name(), reason)
                .execute();
    }

    /** Leaves word for the follower that an outcome which counted as {@code ok} counts as the opposite now. */
    void turn(DSLContext tx, long task, int attempt, boolean ok) {
        tx.query(CORRECT, ok, ok, task, attempt).execute();
    }

    /**
     * An outcome that counts.
     *
     * @param ok how it counts now
     */
    record Counted(int attempt, boolean ok, @Nullable String verdict) {} // what was said of it last; null: nothing
}
