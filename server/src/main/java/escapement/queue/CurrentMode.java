package escapement.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How tasks start now, and who wanted it so.
 *
 * @param unlocked what it is, or will be when nothing holds everything any more: LIVE or DRY_RUN
 * @param verified whether a login vouches for who set it
 */
public record CurrentMode(
        Mode mode,
        Mode unlocked,
        @Nullable Instant since, // null until the first node has started
        @Nullable Instant until, // null unless it is LOCKED until a time
        @Nullable String by, // null until the first node has started
        boolean verified,
        @Nullable String reason) { // null when the server chose it
    static CurrentMode of(ModeStore.Stored stored, @Nullable Hold ofEverything) {
        if (ofEverything != null) {
            return new CurrentMode(
                    Mode.LOCKED,
                    stored.mode(),
                    ofEverything.since(),
                    ofEverything.until(),
                    ofEverything.by(),
                    ofEverything.verified(),
                    ofEverything.reason());
        }
        return new CurrentMode(
                stored.mode(), stored.mode(), stored.since(), null, stored.by(), stored.verified(), stored.reason());
    }
}
