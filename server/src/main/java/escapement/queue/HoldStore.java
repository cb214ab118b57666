package escapement.queue;

import escapement.access.Named;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: what is held. A hold whose time is over counts for nothing, be it still there or not. */
final class HoldStore {
    private static final String COLUMNS =
            "h.scope::text, coalesce(q.name, a.name), h.held_at, h.until, h.held_by, h.verified, h.reason";
    private static final String NAMES = "left join escapement.queue q on h.scope = 'QUEUE' and q.id = h.subject"
            + " left join escapement.action a on h.scope = 'ACTION' and a.id = h.subject";
    private static final String IN_FORCE = "(h.until is null or h.until > now())";
    private static final String FIND =
            "select %s from escapement.hold h %s where %s".formatted(COLUMNS, NAMES, IN_FORCE);

    private static final String LIST = FIND + " order by h.scope, 2";
    private static final String FIND_EVERYTHING = FIND + " and h.scope = 'EVERYTHING'";

    private static final String SUBJECT = """
            select 0::smallint where ? = 'EVERYTHING'
             union all select id from escapement.queue where ? = 'QUEUE' and name = ?
             union all select id from escapement.action where ? = 'ACTION' and name = ?
            """;
    private static final String PLACE = """
            with h as (
                insert into escapement.hold (scope, subject, until, held_by, verified, reason)
                values (?::escapement.hold_scope, ?::smallint, ?::timestamptz, ?, ?, ?)
                    on conflict (scope, subject) do nothing
                returning *
            )
            select %s from h %s
            """.formatted(COLUMNS, NAMES);
    private static final String IS_OVER = "select ?::timestamptz <= now()";

    private static final String REMOVE = """
            with h as (
                delete from escapement.hold where scope = ?::escapement.hold_scope and subject = ?::smallint returning *
            )
            select %s from h %s
            """.formatted(COLUMNS, NAMES);
    /** SQL: whether the time of any is over. */
    static final String ANY_OVER = "exists (select from escapement.hold where until <= now())";

    private static final String REMOVE_OVER = """
            with h as (
                delete from escapement.hold where until <= now() returning *
            )
            select %s from h %s order by h.until, h.scope, 2
            """.formatted(COLUMNS, NAMES);

    private static final String STOPS = """
            select scope::text, subject from escapement.hold h where %s
             union all select 'DRY_RUN', 0 from escapement.mode where mode = 'DRY_RUN'
            """.formatted(IN_FORCE);

    List<Hold> list(DSLContext tx) {
        return tx.resultQuery(LIST).fetch(HoldStore::hold);
    }

    Optional<Hold> ofEverything(DSLContext tx) {
        return tx.resultQuery(FIND_EVERYTHING).fetchOptional(HoldStore::hold);
    }

    /** The number of a queue or action, 0 for everything; empty when nobody ever named it. */
    Optional<Short> subject(DSLContext tx, HoldScope scope, @Nullable String name) {
        String text = scope.name();
        return tx.resultQuery(SUBJECT, text, text, name, text, name).fetchOptional(row -> row.get(0, Short.class));
    }

    /** @return whether that time has come by the database's clock */
    boolean isOver(DSLContext tx, Instant until) {
        return tx.resultQuery(IS_OVER, time(until)).fetchSingle().get(0, Boolean.class);
    }

    /** @return empty when it is held already */
    Optional<Hold> place(
            DSLContext tx, HoldScope scope, short subject, @Nullable Instant until, Named who, String reason) {
        return tx.resultQuery(PLACE, scope.name(), subject, time(until), who.name(), who.verified(), reason)
                .fetchOptional(HoldStore::hold);
    }

    /** @return the hold that was there */
    Optional<Hold> remove(DSLContext tx, HoldScope scope, short subject) {
        return tx.resultQuery(REMOVE, scope.name(), subject).fetchOptional(HoldStore::hold);
    }

    /** @return the holds that were there although their time was over */
    List<Hold> removeOver(DSLContext tx) {
        return tx.resultQuery(REMOVE_OVER).fetch(HoldStore::hold);
    }

    /** All that may not start at the moment. */
    Stops stops(DSLContext tx) {
        Set<Short> queues = new HashSet<>();
        Set<Short> actions = new HashSet<>();
        Set<String> others = new HashSet<>();
        tx.resultQuery(STOPS).forEach(row -> {
            String scope = row.get(0, String.class);
            switch (scope) {
                case "QUEUE" -> queues.add(row.get(1, Short.class));
                case "ACTION" -> actions.add(row.get(1, Short.class));
                default -> others.add(scope);
            }
        });
        return new Stops(others.contains("EVERYTHING"), queues, actions, others.contains("DRY_RUN"));
    }

    private static Hold hold(Record row) {
        return new Hold(
                HoldScope.valueOf(row.get(0, String.class)),
                row.get(1, String.class),
                row.get(2, OffsetDateTime.class).toInstant(),
                instant(row.get(3, OffsetDateTime.class)),
                row.get(4, String.class),
                row.get(5, Boolean.class),
                row.get(6, String.class));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime time(@Nullable Instant at) {
        return at == null ? null : at.atOffset(ZoneOffset.UTC);
    }
}
