package escapement.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which rows of the audit trail; null takes any. @param from the first moment @param to the first moment after */
public record AuditFilter(
        @Nullable String principal,
        @Nullable String operation,
        @Nullable String target,
        @Nullable Instant from,
        @Nullable Instant to) {}
