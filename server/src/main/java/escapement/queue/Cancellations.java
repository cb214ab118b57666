package escapement.queue;

import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.db.Database;
import escapement.task.TaskStatus;
import java.util.Optional;

/** Stops tasks on request, whatever they are doing and wherever. Thread-safe. */
public final class Cancellations {
    private static final int TRIES = 3;

    private final Database database;
    private final CancelStore store = new CancelStore();
    private final AuditStore audit = new AuditStore();
    private final Runnable onMarked;

    /** @param onMarked called when a node is to look for tasks to stop */
    public Cancellations(Database database, Runnable onMarked) {
        this.database = database;
        this.onMarked = onMarked;
    }

    /**
     * Cancels a task: one that waits never starts, one that runs is interrupted by its node within a second and not tried
     * again. Asking twice changes nothing more.
     *
     * @return where the task stands now: CANCELLED, IN_PROGRESS while it is being stopped, or the end it had reached; empty
     *     when there is none
     */
    public Optional<TaskStatus> cancel(Principal principal, long id, String reason) {
        Optional<TaskStatus> status = database.inTransaction(tx -> {
            // it may go from waiting to running, or back, between the two looks
            for (int tried = 0; tried < TRIES; tried++) {
                if (store.cancelWaiting(tx, id, reason)) {
                    audit.record(tx, principal, "task.cancel", Long.toString(id), reason);
                    return Optional.of(TaskStatus.CANCELLED);
                }
                if (store.markRunning(tx, id, reason)) {
                    audit.record(tx, principal, "task.cancel", Long.toString(id), reason);
                    return Optional.of(TaskStatus.IN_PROGRESS);
                }
            }
            return store.status(tx, id);
        });
        if (status.filter(TaskStatus.IN_PROGRESS::equals).isPresent()) {
            onMarked.run();
        }
        return status;
    }

    /** Ends what was marked while it ran and then came back to wait. Any node may call it at any time. */
    public int sweep() {
        return database.inTransaction(store::sweep);
    }
}
