package escapement.workflow.explain;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: times, attempts and the end of one task. */
final class RunStore {
    // the audit has no index by target, and who wants a running task stopped said so lately
    private static final String CANCELLATION = """
            select l.cancel_reason, a.at, a.principal
              from escapement.live l
              join escapement.task t on t.id = l.id
              left join lateral (select late.at, late.principal
                                   from (select * from escapement.audit order by id desc limit 1000) late
                                  where (late.operation = 'task.cancel' and late.target = t.id::text)
                                     or (late.operation = 'workflow.cancel' and late.target = coalesce(t.workflow_id, t.id::text))
                                  order by late.id desc limit 1) a on true
             where l.id = ? and l.cancel_reason is not null
            """;
    private static final String SCHEDULE = "select run_at from escapement.live where id = ? and run_at is not null";
    private static final String LAST_ATTEMPT = """
            select outcome::text, error from escapement.attempt where task_id = ? order by attempt desc limit 1
            """;
    private static final String RUN = """
            select n.name, n.lease_until, l.started_at, t.timeout_ms
              from escapement.live l
              join escapement.node n on n.incarnation = l.node
              join escapement.task t on t.id = l.id
             where l.id = ? and l.status = 'IN_PROGRESS'
            """;
    private static final String END = """
            select e.completed_at, r.after_downstream,
                   (select count(*) from (select from escapement.dependency d
                                           where d.upstream = e.id and d.downstream > r.after_downstream and not d.met limit ?) d)
              from escapement.ended e
              left join escapement.release r on r.upstream = e.id
             where e.id = ?
            """;

    Optional<Cancellation> cancellation(DSLContext tx, long id) {
        return tx.resultQuery(CANCELLATION, id)
                .fetchOptional()
                .map(row -> new Cancellation(row.get(0, String.class), instant(row, 1), row.get(2, String.class)));
    }

    /** When it becomes ready, where that is known. */
    Optional<Instant> runAt(DSLContext tx, long id) {
        return tx.resultQuery(SCHEDULE, id).fetchOptional().map(row -> instant(row, 0));
    }

    Optional<LastAttempt> lastAttempt(DSLContext tx, long id) {
        return tx.resultQuery(LAST_ATTEMPT, id)
                .fetchOptional()
                .map(row -> new LastAttempt(row.get(0, String.class), row.get(1, String.class)));
    }

    Optional<Run> run(DSLContext tx, long id) {
        return tx.resultQuery(RUN, id).fetchOptional().map(row -> {
            Long timeout = row.get(3, Long.class);
            return new Run(
                    row.get(0, String.class),
                    row.get(1, OffsetDateTime.class).toInstant(),
                    row.get(2, OffsetDateTime.class).toInstant(),
                    timeout == null ? null : Duration.ofMillis(timeout));
        });
    }

    Optional<End> end(DSLContext tx, long id, int mostDependents) {
        return tx.resultQuery(END, mostDependents, id)
                .fetchOptional()
                .map(row -> new End(
                        row.get(0, OffsetDateTime.class).toInstant(),
                        row.get(1) == null ? null : row.get(2, Integer.class)));
    }

    private static @Nullable Instant instant(Record row, int column) {
        OffsetDateTime time = row.get(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    record Cancellation(
            String reason,
            @Nullable Instant at, // null, and who, when the audit has gone on too far since
            @Nullable String by) {}

    record LastAttempt(String outcome, @Nullable String error) {}

    record Run(
            String node,
            Instant leaseUntil,
            Instant startedAt,
            @Nullable Duration timeout) {}

    record End(Instant at, @Nullable Integer unreleased) {} // null when none of its dependents are left for later
}
