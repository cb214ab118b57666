package escapement.access;

import static escapement.db.generated.Tables.AUDIT;

import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** SQL: what people changed; written in the transaction of the change, never changed afterwards. */
public final class AuditStore {
    /** @param operation such as {@code queue.pause} @param target what it was done to @param reason as the person gave it */
    public void record(DSLContext tx, Principal principal, String operation, String target, @Nullable String reason) {
        record(tx, principal, operation, target, reason, "{}");
    }

    /** @param detail what exactly, a JSON object as text */
    public void record(
            DSLContext tx,
            Principal principal,
            String operation,
            String target,
            @Nullable String reason,
            String detail) {
        tx.insertInto(AUDIT)
                .set(AUDIT.PRINCIPAL, principal.name())
                .set(AUDIT.OPERATION, operation)
                .set(AUDIT.TARGET, target)
                .set(AUDIT.REASON, reason)
                .set(AUDIT.DETAIL, JSONB.valueOf(detail))
                .execute();
    }
}
