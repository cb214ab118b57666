package escapement.workflow.explain;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: what people keep a task from, and how it is to start. */
final class StopStore {
    private static final String HOLDS = """
            select h.scope::text, h.held_at, h.until, h.held_by, h.verified, h.reason
              from escapement.hold h
             where (h.until is null or h.until > now())
               and (h.scope = 'EVERYTHING' or h.scope = 'QUEUE' and h.subject = ?::smallint or h.scope = 'ACTION' and h.subject = ?::smallint)
             order by h.scope
            """;
    private static final String DRY_RUN = """
            select 'DRY_RUN', set_at, null::timestamptz, set_by, verified, reason
              from escapement.mode where mode = 'DRY_RUN' and set_at is not null
            """;

    /** What is held of everything, the task's queue and its action, in this order. */
    List<Stop> holds(DSLContext tx, LineStore.Place place) {
        return tx.resultQuery(HOLDS, place.queueId(), place.actionId()).fetch(StopStore::stop);
    }

    /** The mode that makes everything a dry run. */
    Optional<Stop> dryRun(DSLContext tx) {
        return tx.resultQuery(DRY_RUN).fetchOptional(StopStore::stop);
    }

    private static Stop stop(Record row) {
        OffsetDateTime until = row.get(2, OffsetDateTime.class);
        return new Stop(
                Kind.valueOf(row.get(0, String.class)),
                row.get(1, OffsetDateTime.class).toInstant(),
                until == null ? null : until.toInstant(),
                row.get(3, String.class),
                row.get(4, Boolean.class),
                row.get(5, String.class));
    }

    /** What is stopped, or with DRY_RUN, stopped from being real. */
    enum Kind {
        EVERYTHING,
        QUEUE,
        ACTION,
        DRY_RUN
    }

    /**
     * @param verified whether a login vouches for who wanted it
     */
    record Stop(
            Kind kind,
            Instant since,
            @Nullable Instant until, // null for no end
            String by,
            boolean verified,
            @Nullable String reason) {}
}
