package escapement.queue;

import escapement.access.AuditChange;
import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.db.Database;
import java.time.Instant;
import java.util.List;

/** Holds on queues: while one stands, nothing of the queue is claimed; what runs goes on. Thread-safe. */
public final class Holds {
    private static final String HELD = "{\"held\":true}";
    private static final String NOT_HELD = "{\"held\":false}";

    private final Database database;
    private final HoldStore store = new HoldStore();
    private final AuditStore audit = new AuditStore();
    private final Runnable onRelease;

    /** @param onRelease called when tasks may be claimed again */
    public Holds(Database database, Runnable onRelease) {
        this.database = database;
        this.onRelease = onRelease;
    }

    public List<Hold> list() {
        return store.list(database.jooq());
    }

    /** Holds a queue. @return false when it is held already, or there is no such queue */
    public boolean hold(Principal principal, String queue, String reason) {
        return database.inTransaction(tx -> {
            boolean changed = store.hold(tx, queue, principal, reason);
            if (changed) {
                audit.record(
                        tx,
                        principal,
                        AuditChange.done("queue.hold", queue, reason).values(NOT_HELD, HELD));
            }
            return changed;
        });
    }

    /** Lets a queue go on. @return false when it is not held */
    public boolean release(Principal principal, String queue) {
        boolean released = database.inTransaction(tx -> {
            boolean changed = store.release(tx, queue);
            if (changed) {
                audit.record(
                        tx,
                        principal,
                        AuditChange.done("queue.release", queue, null).values(HELD, NOT_HELD));
            }
            return changed;
        });
        if (released) {
            onRelease.run();
        }
        return released;
    }

    /** Who holds which queue, since when and why. */
    public record Hold(String queue, Instant since, String by, String reason) {}
}
