package escapement.db;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What PostgreSQL calls a failure. */
public final class SqlState {
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
}
