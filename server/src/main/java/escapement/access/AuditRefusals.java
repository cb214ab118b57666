package escapement.access;

import escapement.db.Database;
import org.jspecify.annotations.Nullable;

/** Records what people asked for and were refused, in a transaction of its own. Thread-safe. */
public final class AuditRefusals {
    private final Database database;
    private final AuditStore audit = new AuditStore();

    public AuditRefusals(Database database) {
        this.database = database;
    }

    /** @param reason as the person gave it @param detail why it was refused, a JSON object as text */
    public void record(Principal principal, String operation, String target, @Nullable String reason, String detail) {
        AuditChange refused = AuditChange.refused(operation, target, reason).detail(detail);
        database.inTransaction(tx -> {
            audit.record(tx, principal, refused);
            return true;
        });
    }
}
