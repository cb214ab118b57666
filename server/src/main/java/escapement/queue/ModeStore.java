package escapement.queue;

import escapement.access.Named;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: the mode that counts while not everything is held. */
final class ModeStore {
    private static final String READ = "select mode::text, set_at, set_by, verified, reason from escapement.mode";
    private static final String LOCK = READ + " for update";
    private static final String SET = """
            update escapement.mode
               set mode = ?::escapement.start_mode, set_at = now(), set_by = ?, verified = ?, reason = ?
            """;
    private static final String SET_FIRST = SET + " where set_at is null";

    Stored read(DSLContext tx) {
        return row(tx, READ);
    }

    /** Reads it and lets nobody else change it, or hold or release everything, before this transaction ends. */
    Stored lock(DSLContext tx) {
        return row(tx, LOCK);
    }

    private static Stored row(DSLContext tx, String sql) {
        return Optional.ofNullable(tx.resultQuery(sql).fetchOne())
                .map(ModeStore::stored)
                .orElseThrow(() -> new IllegalStateException("escapement.mode has lost its row: put it back with"
                        + " insert into escapement.mode (set_at, set_by) values (now(), 'repair')"));
    }

    void set(DSLContext tx, Mode mode, Named who, @Nullable String reason) {
        tx.query(SET, mode.name(), who.name(), who.verified(), reason).execute();
    }

    /** @return false when it has been set before */
    boolean setFirst(DSLContext tx, Mode mode, Named who) {
        return tx.query(SET_FIRST, mode.name(), who.name(), who.verified(), null)
                        .execute()
                == 1;
    }

    private static Stored stored(Record row) {
        OffsetDateTime setAt = row.get(1, OffsetDateTime.class);
        return new Stored(
                Mode.valueOf(row.get(0, String.class)),
                setAt == null ? null : setAt.toInstant(),
                row.get(2, String.class),
                row.get(3, Boolean.class),
                row.get(4, String.class));
    }

    /** @param mode LIVE or DRY_RUN */
    record Stored(
            Mode mode,
            @Nullable Instant since, // null until the first node has started
            @Nullable String by, // likewise
            boolean verified,
            @Nullable String reason) {}
}
