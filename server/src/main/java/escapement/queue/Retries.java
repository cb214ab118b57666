package escapement.queue;

import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.db.Database;
import escapement.queue.MomentStore.Due;
import escapement.queue.RetryStore.Prioritised;
import escapement.queue.RetryStore.Revived;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
    private final Consequences consequences;
    private final Consumer<Moved> afterMove;

    /**
     * @param enqueuer knows what ends move
     * @param afterMove called after the commit
     */
    public Retries(Database database, ClaimOrder claimOrder, Enqueuer enqueuer, Consumer<Moved> afterMove) {
        this.database = database;
        this.claimOrder = claimOrder;
        this.consequences = enqueuer.consequences();
        this.afterMove = afterMove;
    }

    /**
     * Brings a FAILED, CANCELLED or SKIPPED task back, with {@code max_attempts} more attempts. It waits again for those of
     * its dependencies that are not met; where it is to be skipped when one of them ended otherwise, and one still does, it is
     * skipped again.
     *
     * @param downstream whether to bring back also what follows it and ended without success
     * @return how many came back; 0 when it has not ended so: a COMPLETED task never runs again
     */
    public int retry(Principal principal, long id, boolean downstream, String reason) {
        principal.require(Role.OPERATOR);
        Revival revival = database.inTransaction(tx -> {
            List<Long> ids = downstream ? store.endedDownstream(tx, id, MOST) : List.of(id);
            Revival back = ids.contains(id) ? retry(tx, ids) : Revival.NONE;
            if (back.count() > 0) {
                audit.record(
                        tx, principal, downstream ? "task.retry_downstream" : "task.retry", Long.toString(id), reason);
            }
            return back;
        });
        if (revival.count() > 0) {
            afterMove.accept(revival.moved());
        }
        return revival.count();
    }

    /** Brings those of these back that ended without success, as a part of a transaction. */
    Revival retry(DSLContext tx, Collection<Long> wanted) {
        List<Prioritised> tasks = store.priorities(tx, wanted);
        if (tasks.isEmpty()) {
            return Revival.NONE;
        }
        List<Long> found = tasks.stream().map(Prioritised::id).toList();
        List<Revived> revived = store.revive(
                tx,
                found,
                tasks.stream()
                        .map(task -> claimOrder.place(task.priority(), task.deadlineAt()))
                        .toList());
        if (revived.isEmpty()) {
            return Revival.NONE;
        }
        List<Long> ids = revived.stream().map(Revived::id).toList();
        Set<Long> upstreams = new HashSet<>(store.upstreams(tx, ids));
        ids.forEach(upstreams::remove);
        edges.hold(tx, upstreams);
        store.goOn(tx, revived);
        armMoments(tx, ids);
        Moved moved = consequences.skip(tx, store.unmet(tx, ids));
        return new Revival(revived.size(), moved.and(Moved.READY));
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

    /** @param count how many tasks came back */
    record Revival(int count, Moved moved) {
        static final Revival NONE = new Revival(0, Moved.NOTHING);
    }
}
