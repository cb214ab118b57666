package escapement.follow;

import static escapement.db.generated.Tables.HOLD;
import static escapement.db.generated.Tables.LIVE;
import static escapement.db.generated.Tables.QUEUE;
import static escapement.db.generated.report.Tables.CHANGES;
import static org.jooq.impl.DSL.currentOffsetDateTime;
import static org.jooq.impl.DSL.epoch;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.selectOne;

import escapement.db.Database;
import escapement.db.generated.enums.HoldScope;
import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** SQL: counts, from the roll-ups and the journal's tail; never a scan of tasks. Thread-safe. */
public final class CountStore {
    // two partial indexes: of the ends of tasks with a deadline, and of live tasks that are late already
    private static final String DEADLINES = """
            select (select count(*) from escapement.ended where on_time is not null and on_time) as met,
                   (select count(*) from escapement.ended where on_time is not null and not on_time) as missed,
                   late.at_risk, late.breached
              from (select count(*) filter (where deadline_at > now()) as at_risk,
                           count(*) filter (where deadline_at <= now()) as breached
                      from escapement.live where at_risk_at is not null and at_risk_at <= now()) late
            """;

    private final Database database;

    public CountStore(Database database) {
        this.database = database;
    }

    public Counts counts() {
        return counts(database.jooq());
    }

    /** As a part of a transaction. */
    public Counts counts(DSLContext tx) {
        return new Counts(tx.select(QUEUE.NAME, CHANGES.FROM_STATUS, CHANGES.TO_STATUS, CHANGES.OUTCOME, CHANGES.N)
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
                        field(exists(selectOne()
                                .from(HOLD)
                                .where(HOLD.SCOPE
                                        .eq(inline(HoldScope.EVERYTHING))
                                        .or(HOLD.SCOPE
                                                .eq(inline(HoldScope.QUEUE))
                                                .and(HOLD.SUBJECT.eq(QUEUE.ID))))
                                .and(HOLD.UNTIL.isNull().or(HOLD.UNTIL.gt(currentOffsetDateTime()))))),
                        epoch(currentOffsetDateTime()).minus(epoch(readyAt)))
                .from(QUEUE)
                .orderBy(QUEUE.NAME)
                .fetch(row -> new QueueHead(
                        row.value1(),
                        row.value2(),
                        row.value3() == null ? null : Math.max(0, row.value3().doubleValue())));
    }

    /** How deadlines fare. */
    public Deadlines deadlines() {
        return database.statement(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(DEADLINES);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return new Deadlines(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
            }
        });
    }

    /** A queue, whether it is held, and for how many seconds its next task has been ready; null when none is. */
    public record QueueHead(
            String name, boolean held, @Nullable Double nextWaitingSeconds) {}
}
