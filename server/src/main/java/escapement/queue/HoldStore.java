package escapement.queue;

import static escapement.db.generated.Tables.QUEUE;
import static org.jooq.impl.DSL.currentOffsetDateTime;

import escapement.access.Principal;
import java.time.OffsetDateTime;
import java.util.List;
import org.jooq.DSLContext;

/** SQL: which queues are held. */
final class HoldStore {
    List<Holds.Hold> list(DSLContext tx) {
        return tx.select(QUEUE.NAME, QUEUE.HELD_AT, QUEUE.HELD_BY, QUEUE.HOLD_REASON)
                .from(QUEUE)
                .where(QUEUE.HELD_AT.isNotNull())
                .orderBy(QUEUE.NAME)
                .fetch(row -> new Holds.Hold(row.value1(), row.value2().toInstant(), row.value3(), row.value4()));
    }

    boolean hold(DSLContext tx, String queue, Principal principal, String reason) {
        return tx.update(QUEUE)
                        .set(QUEUE.HELD_AT, currentOffsetDateTime())
                        .set(QUEUE.HELD_BY, principal.name())
                        .set(QUEUE.HOLD_REASON, reason)
                        .where(QUEUE.NAME.eq(queue))
                        .and(QUEUE.HELD_AT.isNull())
                        .execute()
                == 1;
    }

    boolean release(DSLContext tx, String queue) {
        return tx.update(QUEUE)
                        .set(QUEUE.HELD_AT, (OffsetDateTime) null)
                        .set(QUEUE.HELD_BY, (String) null)
                        .set(QUEUE.HOLD_REASON, (String) null)
                        .where(QUEUE.NAME.eq(queue))
                        .and(QUEUE.HELD_AT.isNotNull())
                        .execute()
                == 1;
    }
}
