package escapement.queue;

import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.db.Database;
import escapement.queue.MomentStore.Due;
import escapement.queue.RetryStore.Prioritised;
import escapement.queue.RetryStore.Revived;
import java.util.Collection;
import java.util.List;
import org.jooq.DSLContext;

/** Runs ended tasks again on a person's request. Thread-safe. */
public final class Retries {
    /** Most tasks that one request brings back. */
    private static final int MOST = 10_000;

    private final Database database;
    private final ClaimOrder claimOrder;
    private final RetryStore store = new RetryStore();
    private final EdgeStore edges = new EdgeStore();
    private final MomentStore moments = new MomentStore();
    private final AuditStore audit = new AuditStore();
    private final Runnable onReady;

    /** @param onReady called after the commit */
    public Retries(Database database, ClaimOrder claimOrder, Runnable onReady) {
        this.database = database;
        this.claimOrder = claimOrder;
        this.onReady = onReady;
    }

    /**
     * Brings a FAILED, CANCELLED or SKIPPED task back, with {@code max_attempts} more attempts. It waits again for those of
     * its dependencies that are not met.
     *
     * @param downstream whether to bring back also what follows it and ended without success
     * @return how many came back; 0 when it has not ended so: a COMPLETED task never runs again
     */
    public int retry(Principal principal, long id, boolean downstream, String reason) {
        int revived = database.inTransaction(tx -> {
            List<Long> ids = downstream ? store.endedDownstream(tx, id, MOST) : List.of(id);
            int back = ids.contains(id) ? retry(tx, ids) : 0;
            if (back > 0) {
                audit.record(
                        tx, principal, downstream ? "task.retry_downstream" : "task.retry", Long.toString(id), reason);
            }
            return back;
        });
        if (revived > 0) {
            onReady.run();
        }
        return revived;
    }

    /** Brings these back, as a part of a transaction. @return how many had ended without success */
    int retry(DSLContext tx, Collection<Long> ids) {
        List<Prioritised> tasks = store.priorities(tx, ids);
        if (tasks.isEmpty()) {
            return 0;
        }
        List<Long> found = tasks.stream().map(Prioritised::id).toList();
        edges.holdOpen(tx, store.upstreams(tx, found));
        List<Revived> revived = store.revive(
                tx,
                found,
                tasks.stream()
                        .map(task -> claimOrder.place(task.priority(), task.deadlineAt()))
                        .toList());
        if (!revived.isEmpty()) {
            store.goOn(tx, revived);
            armMoments(tx, revived.stream().map(Revived::id).toList());
        }
        return revived.size();
    }

    // late ones are flagged at once, for they may end again before anybody looks; nothing that ends a task can be due
    // yet
    private void armMoments(DSLContext tx, List<Long> ids) {
        moments.arm(tx, ids, true);
        List<Due> late = moments.takeDue(tx, ids).stream()
                .filter(one -> one.kind().flag() != null)
                .toList();
        if (!late.isEmpty()) {
            moments.flag(tx, late);
        }
    }
}
