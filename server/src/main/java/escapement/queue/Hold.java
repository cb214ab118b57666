package escapement.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that people keep from starting.
 *
 * @param verified whether a login vouches for who holds it
 */
public record Hold(
        HoldScope scope,
        @Nullable String name, // of the queue or action; null for everything
        Instant since,
        @Nullable Instant until, // null until somebody releases it
        String by,
        boolean verified,
        @Nullable String reason) {} // null only in holds that another program wrote
