package escapement.queue;

import escapement.task.Priority;
import java.time.Duration;

/**
 * The order of claiming: one number per task, computed when it comes in, so that one index serves it.
 *
 * <p>The number is the time the task became ready, in microseconds, plus a head start that the more urgent priorities need
 * not wait for. A task is therefore overtaken only by more urgent ones that come within the difference of their head
 * starts; after the ageing bound by none, and nothing starves.
 *
 * @param ageingBound what separates CRITICAL from BACKGROUND; zero: priorities never age
 */
public record ClaimOrder(Duration ageingBound) {
    private static final int STEPS = Priority.values().length - 1;
    private static final long NEVER_AGES = 1L << 50; // 35 years between two priorities

    public ClaimOrder {
        if (ageingBound.isNegative() || ageingBound.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("the ageing bound must be from 0 s to 365 days, got " + ageingBound);
        }
    }

    /** Microseconds that {@code priority} stands behind CRITICAL. */
    long microsBehindCritical(Priority priority) {
        return microsPerStep() * priority.ordinal();
    }

    /** Microseconds that each priority stands behind the next more urgent one. */
    long microsPerStep() {
        return ageingBound.isZero() ? NEVER_AGES : ageingBound.toNanos() / 1000 / STEPS;
    }
}
