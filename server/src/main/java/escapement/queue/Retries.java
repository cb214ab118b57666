package escapement.queue;

import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.db.Database;
import escapement.task.Priority;
import java.util.Optional;

/** Runs ended tasks again on a person's request. Thread-safe. */
public final class Retries {
    private final Database database;
    private final ClaimOrder claimOrder;
    private final RetryStore store = new RetryStore();
    private final AuditStore audit = new AuditStore();
    private final Runnable onReady;

    /** @param onReady called after the commit */
    public Retries(Database database, ClaimOrder claimOrder, Runnable onReady) {
        this.database = database;
        this.claimOrder = claimOrder;
        this.onReady = onReady;
    }

    /**
     * Brings a FAILED, CANCELLED or SKIPPED task back, with {@code max_attempts} more attempts.
     *
     * @return false when it has not ended so; a COMPLETED task never runs again
     */
    public boolean retry(Principal principal, long id, String reason) {
        boolean revived = database.inTransaction(tx -> {
            Optional<Priority> priority = store.priority(tx, id);
            boolean changed =
                    priority.isPresent() && store.revive(tx, id, claimOrder.microsBehindCritical(priority.get()));
            if (changed) {
                audit.record(tx, principal, "task.retry", Long.toString(id), reason);
            }
            return changed;
        });
        if (revived) {
            onReady.run();
        }
        return revived;
    }
}
