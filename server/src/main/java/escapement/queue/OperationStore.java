package escapement.queue;

import static escapement.db.generated.Tables.OPERATION;
import static escapement.db.generated.Tables.TASK;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;

import escapement.access.Principal;
import escapement.db.generated.enums.OperationStatus;
import escapement.db.generated.enums.TaskPriority;
import escapement.db.generated.tables.records.OperationRecord;
import escapement.task.Priority;
import escapement.task.TaskFilterJson;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;

/** SQL: operations, how far they are, and whose turn it is. */
final class OperationStore {
    /** SQL: whether any is not at its end. */
    static final String ANY_RUNNING = "exists (select from escapement.operation where status = 'RUNNING')";

    Operation add(DSLContext tx, Principal principal, NewOperation asked, String reason, Operations.Matched matched) {
        return operation(tx.insertInto(OPERATION)
                .set(
                        OPERATION.ACTION,
                        escapement.db.generated.enums.OperationAction.valueOf(
                                asked.action().name()))
                .set(
                        OPERATION.PRIORITY,
                        asked.priority() == null
                                ? null
                                : TaskPriority.valueOf(asked.priority().name()))
                .set(
                        OPERATION.FILTER,
                        JSONB.valueOf(TaskFilterJson.write(asked.filter()).toString()))
                .set(OPERATION.CREATED_BY, principal.name())
                .set(OPERATION.REASON, reason)
                .set(OPERATION.MATCHED, matched.tasks())
                .set(OPERATION.MORE, matched.more())
                .set(
                        OPERATION.UP_TO_ID,
                        select(coalesce(max(TASK.ID), inline(0L))).from(TASK).asField())
                .returning()
                .fetchSingle());
    }

    /** Newest first, those before an id. */
    List<Operation> list(DSLContext tx, long beforeId, int limit) {
        return tx.selectFrom(OPERATION)
                .where(OPERATION.ID.lt(beforeId))
                .orderBy(OPERATION.ID.desc())
                .limit(limit)
                .fetch(OperationStore::operation);
    }

    Optional<Operation> find(DSLContext tx, long id) {
        return tx.selectFrom(OPERATION).where(OPERATION.ID.eq(id)).fetchOptional(OperationStore::operation);
    }

    /** Ends an operation after the chunk that is being done. @return whether it ran */
    boolean stop(DSLContext tx, long id) {
        return tx.update(OPERATION)
                        .set(OPERATION.STATUS, OperationStatus.STOPPED)
                        .set(OPERATION.FINISHED_AT, currentOffsetDateTime())
                        .where(OPERATION.ID.eq(id))
                        .and(OPERATION.STATUS.eq(OperationStatus.RUNNING))
                        .execute()
                == 1;
    }

    /** The running operation that has waited longest, for this transaction alone; empty when all are being carried on. */
    Optional<OperationRecord> lockNext(DSLContext tx) {
        return tx.selectFrom(OPERATION)
                .where(OPERATION.STATUS.eq(inline(OperationStatus.RUNNING)))
                .orderBy(OPERATION.MOVED_AT, OPERATION.ID)
                .limit(inline(1))
                .forUpdate()
                .skipLocked()
                .fetchOptional();
    }

    static Operation operation(OperationRecord row) {
        return new Operation(
                row.getId(),
                new NewOperation(
                        OperationAction.valueOf(row.getAction().name()),
                        TaskFilterJson.parse(row.getFilter().data()),
                        row.getPriority() == null
                                ? null
                                : Priority.valueOf(row.getPriority().getLiteral())),
                row.getCreatedBy(),
                row.getReason(),
                Operation.Status.valueOf(row.getStatus().name()),
                row.getMatched(),
                row.getMore(),
                row.getChanged(),
                row.getRefused(),
                row.getCreatedAt().toInstant(),
                row.getFinishedAt() == null ? null : row.getFinishedAt().toInstant());
    }
}
