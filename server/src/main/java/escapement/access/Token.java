package escapement.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a token, its secret excepted. */
public record Token(
        long id,
        String name,
        List<Role> roles,
        List<String> groups,
        String prefix,
        Instant createdAt,
        String createdBy,
        Instant expiresAt,
        @Nullable Instant previousUntil, // until when the secret before is good too; null when it is not
        @Nullable Instant lastUsedAt, // to the minute; null until used
        @Nullable Instant revokedAt, // null unless revoked
        Status status) {
    /** Whether it lets anybody in. */
    public enum Status {
        ACTIVE,
        EXPIRED,
        REVOKED
    }

    public Token {
        roles = List.copyOf(roles);
        groups = List.copyOf(groups);
    }
}
