package escapement.db;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL calls a failure. */
public final class SqlState {
    private static final String DEADLOCK_DETECTED = "40P01";

    private SqlState() {}

    /** The state that this exception, or the next of its causes that has one, carries; empty when none does. */
    public static String of(@Nullable Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return sql.getSQLState();
            }
        }
        return "";
    }

    /** Whether PostgreSQL broke a deadlock at the expense of the statement that failed: done again, it may succeed. */
    public static boolean isDeadlock(Throwable e) {
        return of(e).equals(DEADLOCK_DETECTED);
    }
}
