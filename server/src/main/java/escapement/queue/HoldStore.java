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
        return tx.select(QUEUE.NAME, QUEUE.PAUSED_AT, QUEUE.PAUSED_BY, QUEUE.PAUSE_REASON)
                .from(QUEUE)
                .where(QUEUE.PAUSED_AT.isNotNull())
                .orderBy(QUEUE.NAME)
                .fetch(row -> new Holds.Hold(row.value1(), row.value2().toInstant(), row.value3(), row.value4()));
    }

    boolean hold(DSLContext tx, String queue, Principal principal, String reason) {
        return tx.update(QUEUE)
                        .set(QUEUE.PAUSED_AT, currentOffsetDateTime())
                        .set(QUEUE.PAUSED_BY, principal.name())
                        .set(QUEUE.PAUSE_REASON, reason)
                        .where(QUEUE.NAME.eq(queue))
                        .and(QUEUE.PAUSED_AT.isNull())
                        .execute()
                == 1;
    }

    boolean release(DSLContext tx, String queue) {
        return tx.update(QUEUE)
                        .set(QUEUE.PAUSED_AT, (OffsetDateTime) null)
                        .set(QUEUE.PAUSED_BY, (String) null)
                        .set(QUEUE.PAUSE_REASON, (String) null)
                        .where(QUEUE.NAME.eq(queue))
                        .and(QUEUE.PAUSED_AT.isNotNull())
                        .execute()
                == 1;
    }
}
