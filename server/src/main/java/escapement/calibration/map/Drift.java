package escapement.calibration.map;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** How what came true strays from what the map in force says, as of the last look since it came into force. */
public record Drift(
        @Nullable String action, // null: all actions
        @Nullable Integer version, // of the map that counts for it; null: none
        @Nullable Instant publishedAt, // likewise
        boolean isStale,
        Instant computedAt,
        long n,
        int batches,
        double up,
        double down,
        @Nullable LocalDate alarmSince, // null: no alarm
        @Nullable Double shift, // likewise: how much more (less, if negative) came true than was said
        @Nullable Double psi) { // null where there are too few outcomes to tell

    /** Above it either sum is an alarm. */
    public static final double LIMIT = Cusum.LIMIT;

    /** What the index of the mix means. */
    public enum MixMove {
        NONE,
        NOTE,
        WARN
    }

    /** Null where there are too few outcomes to tell. */
    public @Nullable MixMove mixMove() {
        if (psi == null) {
            return null;
        }
        return psi >= 0.25 ? MixMove.WARN : psi >= 0.1 ? MixMove.NOTE : MixMove.NONE;
    }
}
