package escapement.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of the audit trail. JSON is as PostgreSQL writes it, hashes are in hex. */
public record AuditRow(
        long id,
        Instant at,
        String principal,
        String operation,
        String target,
        @Nullable String reason,
        String outcome,
        @Nullable String originAddress, // null for the server itself
        @Nullable String originVia, // likewise
        @Nullable String oldValue,
        @Nullable String newValue,
        String detail,
        @Nullable String previousHash, // null when it is not chained
        @Nullable String hash) { // likewise

    AuditRow withId(long other) {
        return new AuditRow(
                other,
                at,
                principal,
                operation,
                target,
                reason,
                outcome,
                originAddress,
                originVia,
                oldValue,
                newValue,
                detail,
                previousHash,
                hash);
    }
}
