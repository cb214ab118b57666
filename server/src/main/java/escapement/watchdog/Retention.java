package escapement.watchdog;

import escapement.db.Database;
import java.sql.SQLException;
import java.time.Duration;
import java.time.YearMonth;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes tasks that ended longer ago than they are kept: whole months where nothing has to stay, else a few at a time, so
 * that it is never in anybody's way. Repeatable; any node may run it.
 */
public final class Retention {
    private static final Logger log = LoggerFactory.getLogger(Retention.class);
    private static final int LOOKED_AT_ONCE = 500;
    /** What is left then is for the next time: Quartz has few threads. */
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final RetentionStore store;
    private final Keep keep;

    public Retention(Database database, Keep keep) {
        this.store = new RetentionStore(database);
        this.keep = keep;
    }

    public void runOnce() {
        if (keep.shortest().isEmpty()) {
            return;
        }
        if (!store.isFollowed()) {
            log.warn(
                    "no old task is removed, for the roll-ups are an hour behind; see 'A long transaction' in ops/runbook.md");
            return;
        }
        long deadline = System.nanoTime() + LONGEST.toNanos();
        dropMonths();
        removeTasks(deadline);
    }

    // a node's role may not own the tables, and whoever reads one for long keeps it from being dropped
    private void dropMonths() {
        for (YearMonth month : store.oldMonths(keep)) {
            try {
                if (store.dropMonth(keep, month)) {
                    log.info("dropped the tasks of {}, all older than they are kept", month);
                }
            } catch (DataAccessException e) {
                Throwable cause = e.getCause() instanceof SQLException sql ? sql : e;
                log.warn(
                        "the tasks of {} could not be dropped as a whole, trying again later: {}",
                        month,
                        cause.getMessage());
            }
        }
    }

    private void removeTasks(long deadline) {
        long after = Long.MIN_VALUE;
        int tasks = 0;
        boolean more = true;
        while (more && System.nanoTime() < deadline) {
            RetentionStore.Removed removed = store.removeSome(keep, after, LOOKED_AT_ONCE);
            tasks += removed.tasks();
            more = removed.more();
            after = removed.last();
        }
        if (tasks > 0) {
            log.info("removed {} tasks, older than they are kept{}", tasks, more ? "; there are more" : "");
        }
    }
}
