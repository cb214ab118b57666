package escapement.admin;

import escapement.db.BrownOut;
import escapement.db.SqlState;
import io.javalin.http.Context;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;

/** The answer to a request that needs the database while it cannot be had: come back in a moment. */
final class DatabaseAway {
    private static final int RETRY_AFTER_SECONDS = 2;

    private DatabaseAway() {}

    /** Connection failures (class 08), operator intervention (57P), too few resources (53), a database that only reads (25006), and a pool that found no connection. */
    static boolean isCause(@Nullable Throwable e) {
        String state = SqlState.of(e);
        // what the pool says may carry the state of the failure before it, or none
        return Causes.include(e, SQLTransientConnectionException.class)
                || BrownOut.isCause(e)
                || state.startsWith("08")
                || state.startsWith("57P");
    }

    /** What the caller is told, and when to ask again. */
    static Problem problem(Context ctx) {
        ctx.header("Retry-After", Integer.toString(RETRY_AFTER_SECONDS));
        return Problem.of(
                503, "Not available", "the database does not answer; nothing is known to have been stored, try again");
    }
}
