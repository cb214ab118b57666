package escapement.follow;

import org.jspecify.annotations.Nullable;

/**
 * How deadlines fare.
 *
 * @param met tasks that are COMPLETED or FAILED and were so by their deadline
 * @param missed those that were so later
 * @param atRisk tasks that go on and are near their deadline
 * @param breachedRunning tasks that go on and are past it
 */
public record Deadlines(long met, long missed, long atRisk, long breachedRunning) {
    /** The share of those that met it; null before any ended. */
    public @Nullable Double onTimeRate() {
        return met + missed == 0 ? null : (double) met / (met + missed);
    }
}
