package escapement.db;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the database answers but takes no changes: out of room, memory or connections (class 53), or read-only (25006).
 * Hears of it from every connection of a pool. Over as soon as nothing of the kind was heard for a moment, so whoever waits
 * for the end tries again by itself. Thread-safe.
 */
public final class BrownOut implements SQLExceptionOverride {
    private static final Logger log = LoggerFactory.getLogger(BrownOut.class);
    private static final String READ_ONLY = "25006";
    // longer than the longest pause between two tries to write an end, so that it does not end between them
    private static final Duration LASTS = Duration.ofSeconds(3);

    private final AtomicLong until = new AtomicLong(System.nanoTime());

    /** Whether nothing should be begun that has to be written down. */
    public boolean isOn() {
        return System.nanoTime() - until.get() < 0;
    }

    /** A connection that can only read is dropped: after a failover its server is the wrong one. */
    @java.lang.Override // the interface has a type of that name
    public Override adjudicate(SQLException e) {
        if (!isCause(e)) {
            return Override.CONTINUE_EVICT;
        }
        boolean begins = !isOn();
        until.set(System.nanoTime() + LASTS.toNanos());
        if (begins) {
            log.error("the database takes no changes, nothing is claimed until it does: {}", e.getMessage());
        }
        return READ_ONLY.equals(e.getSQLState()) ? Override.MUST_EVICT : Override.CONTINUE_EVICT;
    }

    /** Whether this exception, or one that caused it, says so. */
    public static boolean isCause(@Nullable Throwable e) {
        String state = SqlState.of(e);
        return state.startsWith("53") || state.equals(READ_ONLY);
    }
}
