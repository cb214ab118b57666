package escapement.queue;

import static org.jooq.impl.DSL.currentOffsetDateTime;

import escapement.db.generated.enums.OperationStatus;
import escapement.db.generated.tables.records.OperationRecord;
import escapement.queue.Cancellations.Cancelled;
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

    /** Does the next chunk of the operation whose turn it is. @return what it stopped; empty when no operation is left */
    Optional<Cancelled> doNext(DSLContext tx) {
        return operations.lockNext(tx).map(row -> doNext(tx, row));
    }

    private Cancelled doNext(DSLContext tx, OperationRecord row) {
        Operation operation = OperationStore.operation(row);
        List<Long> ids = matches.lockNext(
                tx, operation.asked().matching(), row.getAfterId(), row.getUpToId(), operation.createdAt(), CHUNK);
        Cancelled cancelled = operation.asked().action() == OperationAction.CANCEL
                ? cancellations.cancel(tx, ids, operation.reason())
                : Cancelled.NONE;
        int changed = cancelled.count() + change(tx, operation, ids);

        row.setChanged(row.getChanged() + changed);
        row.setRefused(row.getRefused() + ids.size() - changed);
        row.setMovedAt(tx.select(currentOffsetDateTime()).fetchSingle().value1());
        if (!ids.isEmpty()) {
            row.setAfterId(ids.getLast());
        }
        if (ids.size() < CHUNK) {
            row.setStatus(OperationStatus.FINISHED);
            row.setFinishedAt(row.getMovedAt());
        }
        row.update();
        return cancelled;
    }

    /** @return how many were changed, cancelled ones not counted */
    private int change(DSLContext tx, Operation operation, List<Long> ids) {
        return switch (operation.asked().action()) {
            case CANCEL -> 0;
            case RETRY -> retries.retry(tx, ids);
            case REPRIORITISE ->
                edits.reprioritiseAll(
                        tx, ids, Objects.requireNonNull(operation.asked().priority()), claimOrder);
        };
    }
}
