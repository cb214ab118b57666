package escapement.queue;

import static org.jooq.impl.DSL.currentOffsetDateTime;

import escapement.db.generated.enums.OperationStatus;
import escapement.db.generated.tables.records.OperationRecord;
import escapement.queue.Cancellations.Cancelled;
import escapement.queue.Retries.Revival;
import escapement.task.MatchStore;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jooq.DSLContext;

/** SQL: carries operations on, some tasks at a time, with how far they are in the same transaction. */
final class ChunkStore {
    private static final int CHUNK = 500;

    private final Cancellations cancellations;
    private final Retries retries;
    private final ClaimOrder claimOrder;
    private final OperationStore operations = new OperationStore();
    private final MatchStore matches = new MatchStore();
    private final EditStore edits = new EditStore();

    ChunkStore(Cancellations cancellations, Retries retries, ClaimOrder claimOrder) {
        this.cancellations = cancellations;
        this.retries = retries;
        this.claimOrder = claimOrder;
    }

    /** Does the next chunk of the operation whose turn it is. @return what it did; empty when no operation is left */
    Optional<Done> doNext(DSLContext tx) {
        return operations.lockNext(tx).map(row -> doNext(tx, row));
    }

    private Done doNext(DSLContext tx, OperationRecord row) {
        Operation operation = OperationStore.operation(row);
        List<Long> ids = matches.lockNext(
                tx, operation.asked().matching(), row.getAfterId(), row.getUpToId(), operation.createdAt(), CHUNK);
        Done done = change(tx, operation, ids);

        row.setChanged(row.getChanged() + done.changed());
        row.setRefused(row.getRefused() + ids.size() - done.changed());
        row.setMovedAt(tx.select(currentOffsetDateTime()).fetchSingle().value1());
        if (!ids.isEmpty()) {
            row.setAfterId(ids.getLast());
        }
        if (ids.size() < CHUNK) {
            row.setStatus(OperationStatus.FINISHED);
            row.setFinishedAt(row.getMovedAt());
        }
        row.update();
        return done;
    }

    private Done change(DSLContext tx, Operation operation, List<Long> ids) {
        return switch (operation.asked().action()) {
            case CANCEL -> {
                Cancelled cancelled = cancellations.cancel(tx, ids, operation.reason());
                yield new Done(cancelled.count(), cancelled, Moved.NOTHING);
            }
            case RETRY -> {
                Revival revival = retries.retry(tx, ids);
                yield new Done(revival.count(), Cancelled.NONE, revival.moved());
            }
            case REPRIORITISE -> {
                int changed = edits.reprioritiseAll(
                        tx, ids, Objects.requireNonNull(operation.asked().priority()), claimOrder);
                yield new Done(changed, Cancelled.NONE, Moved.READY);
            }
        };
    }

    /**
     * What a chunk did.
     *
     * @param changed how many tasks it changed
     * @param cancelled those that it stopped
     * @param moved what else is to be heard of after the commit
     */
    record Done(int changed, Cancelled cancelled, Moved moved) {}
}
