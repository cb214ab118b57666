package escapement.follow;

import static escapement.db.generated.Tables.LIVE;
import static escapement.db.generated.Tables.QUEUE;
import static escapement.db.generated.report.Tables.CHANGES;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.epoch;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;

import escapement.db.Database;
import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** SQL: counts, from the roll-ups and the journal's tail; never a scan of tasks. Thread-safe. */
public final class CountStore {
    private final Database database;

    public CountStore(Database database) {
        this.database = database;
    }

    public Counts counts() {
        return new Counts(database.jooq()
                .select(QUEUE.NAME, CHANGES.FROM_STATUS, CHANGES.TO_STATUS, CHANGES.OUTCOME, CHANGES.N)
                .from(CHANGES)
                .join(QUEUE)
                .on(QUEUE.ID.eq(CHANGES.QUEUE))
                .fetch(row -> new Counts.Change(
                        row.value1(),
                        row.value2() == null
                                ? null
                                : TaskStatus.valueOf(row.value2().getLiteral()),
                        TaskStatus.valueOf(row.value3().getLiteral()),
                        row.value4() == null
                                ? null
                                : AttemptOutcome.valueOf(row.value4().getLiteral()),
                        row.value5())));
    }

    /** All queues with the age of what is claimed next. */
    public List<QueueHead> queues() {
        Field<OffsetDateTime> readyAt = field(select(LIVE.READY_AT)
                .from(LIVE)
                .where(LIVE.STATUS.eq(inline(escapement.db.generated.enums.TaskStatus.PENDING)))
                .and(LIVE.QUEUE.eq(QUEUE.ID))
                .orderBy(LIVE.CLAIM_ORDER, LIVE.ID)
                .limit(inline(1)));
        return database.jooq()
                .select(
                        QUEUE.NAME,
                        QUEUE.HELD_AT,
                        epoch(currentOffsetDateTime()).minus(epoch(readyAt)))
                .from(QUEUE)
                .orderBy(QUEUE.NAME)
                .fetch(row -> new QueueHead(
                        row.value1(),
                        row.value2() != null,
                        row.value3() == null ? null : Math.max(0, row.value3().doubleValue())));
    }

    /** A queue, whether it is held, and for how many seconds its next task has been ready; null when none is. */
    public record QueueHead(
            String name, boolean held, @Nullable Double nextWaitingSeconds) {}
}
