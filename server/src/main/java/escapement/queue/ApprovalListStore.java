package escapement.queue;

import escapement.db.Database;
import escapement.gate.Verdict;
import escapement.queue.PendingApproval.Approval;
import escapement.queue.PendingApproval.Decided;
import escapement.task.RequiredStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: reads what waits for a person, what the gate decided, and what people said. Thread-safe. */
public final class ApprovalListStore {
    private static final String DECISION = """
            d.id, d.at, d.policy_version, d.map_version, d.attempt, d.confidence_score, d.statistic::text, d.value, d.threshold, d.decision::text,
            d.path::text, d.code, d.approvals, d.approver_groups, d.expires_at, d.payload_digest, d.reason, d.calibrated, d.calibrated_lower, d.map_stale,
            d.probe_rate, d.probe_draw
            """;
    // the few that wait for people, by urgency: those whose time runs out first, then the oldest
    private static final String LIST = """
            select l.id, escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params) as digest,
                   (select given from escapement.approvals_given(
                        l.id, escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params), t.edited_by, d.approver_groups)),
                   l.held_since, %s
              from (select l.id, l.held_since, coalesce(m.at, 'infinity') as until
                      from escapement.live l left join escapement.moment m on m.task_id = l.id and m.kind = 'APPROVAL'
                     where l.status = 'DEFERRED') l
              join escapement.task t on t.id = l.id
              cross join lateral (select * from escapement.gate_decision d where d.task_id = l.id order by d.id desc limit 1) d
             where (l.until, l.id) > (?::timestamptz, ?::bigint)
             order by l.until, l.id limit ?
            """.formatted(DECISION);
    private static final String ONE = """
            select l.id, escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params) as digest,
                   (select given from escapement.approvals_given(
                        l.id, escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params), t.edited_by, d.approver_groups)),
                   l.held_since, %s
              from escapement.live l
              join escapement.task t on t.id = l.id
              cross join lateral (select * from escapement.gate_decision d where d.task_id = l.id order by d.id desc limit 1) d
             where l.id = ? and l.status = 'DEFERRED'
            """.formatted(DECISION);
    private static final String DECISIONS =
            "select " + DECISION + " from escapement.gate_decision d where d.task_id = ? order by d.id";
    private static final String SAID = """
            select principal, verdict::text, at, verified, payload_digest, reason
              from escapement.approval where task_id = ? order by id
            """;
    // bounded: a rare action is not looked for further back
    private static final String LATEST_OUTCOMES = """
            select task_id, attempt, outcome::text, confidence_score, ended_at, error
              from (select a.* from escapement.attempt a order by a.task_id desc limit 20000) a
             where action = (select id from escapement.action where name = ?) order by task_id desc, attempt desc limit ?
            """;
    private static final String DEPENDENTS = """
            select d.downstream, t.description, a.name, d.required::text, d.skips
              from escapement.dependency d
              join escapement.task t on t.id = d.downstream
              join escapement.action a on a.id = t.action
             where d.upstream = ? order by d.downstream limit ?
            """;
    private static final String OUTCOME_COUNTS = """
            select outcome::text, sum(n)::bigint from escapement.attempt_minute
             where action = (select id from escapement.action where name = ?) and minute > now() - interval '30 days' group by outcome
            """;

    private final Database database;

    public ApprovalListStore(Database database) {
        this.database = database;
    }

    /** @param after only those after this one in the order; null for the first page */
    public List<PendingApproval> list(PendingApproval.@Nullable Place after, int limit) {
        Instant until = after == null ? null : after.until();
        String from = after == null ? "-infinity" : until == null ? "infinity" : until.toString();
        return database.jooq()
                .resultQuery(LIST, from, after == null ? 0L : after.id(), limit)
                .fetch(ApprovalListStore::waiting);
    }

    /** The task, if the gate holds it. */
    public Optional<PendingApproval> find(long id) {
        return database.jooq().resultQuery(ONE, id).fetchOptional(ApprovalListStore::waiting);
    }

    /** What the gate decided about a task, oldest first. */
    public List<Decided> decisions(long id) {
        return database.jooq().resultQuery(DECISIONS, id).fetch(row -> decided(row, 0));
    }

    /** What people said of it, oldest first. */
    public List<Approval> said(long id) {
        return database.jooq()
                .resultQuery(SAID, id)
                .fetch(row -> new Approval(
                        row.get(0, String.class),
                        Verdict.valueOf(row.get(1, String.class)),
                        row.get(2, OffsetDateTime.class).toInstant(),
                        row.get(3, Boolean.class),
                        row.get(4, String.class),
                        row.get(5, String.class)));
    }

    /** The latest ends of an action, newest first, as far as they are among the latest of all. */
    public List<PendingApproval.PastOutcome> latestOutcomes(String action, int limit) {
        return database.jooq()
                .resultQuery(LATEST_OUTCOMES, action, limit)
                .fetch(row -> new PendingApproval.PastOutcome(
                        row.get(0, Long.class),
                        row.get(1, Integer.class),
                        row.get(2, String.class),
                        row.get(3, BigDecimal.class),
                        row.get(4, OffsetDateTime.class).toInstant(),
                        row.get(5, String.class)));
    }

    /** The first of those that wait for a task. */
    public List<PendingApproval.Dependent> dependents(long id, int limit) {
        return database.jooq()
                .resultQuery(DEPENDENTS, id, limit)
                .fetch(row -> new PendingApproval.Dependent(
                        row.get(0, Long.class),
                        row.get(1, String.class),
                        row.get(2, String.class),
                        RequiredStatus.valueOf(row.get(3, String.class)),
                        row.get(4, Boolean.class)));
    }

    /** How often an action ended how in the last 30 days. */
    public Map<String, Long> outcomeCounts(String action) {
        return database.jooq()
                .resultQuery(OUTCOME_COUNTS, action)
                .fetchMap(row -> row.get(0, String.class), row -> row.get(1, Long.class));
    }

    private static PendingApproval waiting(Record row) {
        return new PendingApproval(
                row.get(0, Long.class),
                row.get(1, String.class),
                row.get(2, Integer.class),
                row.get(3, OffsetDateTime.class).toInstant(),
                decided(row, 4));
    }

    private static Decided decided(Record row, int from) {
        return new Decided(
                row.get(from + 1, OffsetDateTime.class).toInstant(),
                row.get(from + 2, Integer.class),
                row.get(from + 3, Integer.class),
                row.get(from + 4, Integer.class),
                row.get(from + 5, BigDecimal.class),
                row.get(from + 6, String.class),
                row.get(from + 7, BigDecimal.class),
                row.get(from + 8, BigDecimal.class),
                row.get(from + 9, String.class),
                row.get(from + 10, String.class),
                row.get(from + 11, String.class),
                row.get(from + 12, Integer.class),
                Arrays.asList(row.get(from + 13, String[].class)),
                instant(row.get(from + 14, OffsetDateTime.class)),
                row.get(from + 15, String.class),
                row.get(from + 16, String.class),
                row.get(from + 17, BigDecimal.class),
                row.get(from + 18, BigDecimal.class),
                row.get(from + 19, Boolean.class),
                row.get(from + 20, BigDecimal.class),
                row.get(from + 21, BigDecimal.class));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
