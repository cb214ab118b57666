package escapement.queue;

import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.db.Database;
import escapement.queue.CancelStore.Gone;
import escapement.task.TaskStatus;
import escapement.task.Workflow;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;

/** Stops tasks on request, whatever they are doing and wherever. Thread-safe. */
public final class Cancellations {
    private static final int TRIES = 3;
    private static final int CHUNK = 1000;

    private final Database database;
    private final Consequences consequences;
    private final CancelStore store = new CancelStore();
    private final AuditStore audit = new AuditStore();
    private final Runnable onMarked;
    private final Consumer<Moved> afterMove;

    /**
     * @param enqueuer knows what ends move
     * @param onMarked called when a node is to look for tasks to stop
     * @param afterMove called after each transaction in which ends moved other tasks
     */
    public Cancellations(Database database, Enqueuer enqueuer, Runnable onMarked, Consumer<Moved> afterMove) {
        this.database = database;
        this.consequences = enqueuer.consequences();
        this.onMarked = onMarked;
        this.afterMove = afterMove;
    }

    /**
     * Cancels a task: one that waits never starts, one that runs is interrupted by its node within a second and not tried
     * again. Asking twice changes nothing more.
     *
     * @return where the task stands now: CANCELLED, IN_PROGRESS while it is being stopped, or the end it had reached; empty
     *     when there is none
     */
    public Optional<TaskStatus> cancel(Principal principal, long id, String reason) {
        principal.require(Role.OPERATOR);
        Cancelled cancelled = database.inTransaction(tx -> {
            Cancelled now = cancel(tx, List.of(id), reason);
            if (now.count() > 0) {
                audit.record(tx, principal, "task.cancel", Long.toString(id), reason);
            }
            return now;
        });
        tell(cancelled);
        return cancelled.waiting() > 0
                ? Optional.of(TaskStatus.CANCELLED)
                : database.inTransaction(
                        tx -> Optional.ofNullable(store.status(tx, List.of(id)).get(id)));
    }

    /** Cancels every task of a workflow that has not ended, those that its branches add meanwhile included. */
    public Cancelled cancelWorkflow(Principal principal, String workflowId, String reason) {
        principal.require(Role.OPERATOR);
        Cancelled all = Cancelled.NONE;
        // none open in one look means none: a task's end and what its branches make come in one commit. To have
        // cancelled
        // nothing does not: those found may all have ended by then, and others follow them
        for (List<Long> open = open(workflowId); !open.isEmpty(); open = open(workflowId)) {
            List<Long> some = open;
            Cancelled cancelled = database.inTransaction(tx -> cancel(tx, some, reason));
            tell(cancelled);
            all = all.and(cancelled);
        }
        if (all.count() > 0) {
            database.inTransaction(tx -> {
                audit.record(tx, principal, "workflow.cancel", workflowId, reason);
                return true;
            });
        }
        return all;
    }

    private List<Long> open(String workflowId) {
        return database.inTransaction(tx -> store.openOfWorkflow(tx, workflowId, Workflow.ownTask(workflowId), CHUNK));
    }

    /** Cancels these tasks, as a part of a transaction; {@link #tell} is to follow its commit. */
    Cancelled cancel(DSLContext tx, Collection<Long> ids, String reason) {
        Set<Long> left = new HashSet<>(ids);
        Cancelled cancelled = Cancelled.NONE;
        // a task may go from waiting to running, or back, between the two looks
        for (int tried = 0; tried < TRIES && !left.isEmpty(); tried++) {
            Gone gone = store.cancelWaiting(tx, left, reason);
            left.removeAll(gone.ids());
            Set<Long> marked = left.isEmpty() ? Set.of() : store.markRunning(tx, left, reason);
            left.removeAll(marked);
            cancelled = cancelled.and(
                    new Cancelled(gone.ids().size(), marked.size(), consequences.follow(tx, gone.followed())));
        }
        return cancelled;
    }

    void tell(Cancelled cancelled) {
        if (cancelled.running() > 0) {
            onMarked.run();
        }
        if (cancelled.count() > 0) {
            afterMove.accept(cancelled.moved());
        }
    }

    /** Ends what was marked while it ran and then came back to wait. Any node may call it at any time. */
    public void sweep() {
        afterMove.accept(database.inTransaction(
                tx -> consequences.follow(tx, store.sweep(tx).followed())));
    }

    /**
     * What a request stopped.
     *
     * @param waiting how many tasks ended at once
     * @param running how many are being stopped by their nodes
     */
    public record Cancelled(int waiting, int running, Moved moved) {
        static final Cancelled NONE = new Cancelled(0, 0, Moved.NOTHING);

        int count() {
            return waiting + running;
        }

        Cancelled and(Cancelled other) {
            return new Cancelled(waiting + other.waiting, running + other.running, moved.and(other.moved));
        }
    }
}
