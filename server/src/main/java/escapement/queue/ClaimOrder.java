package escapement.queue;

import escapement.task.Priority;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The order of claiming: one number per task, computed when it comes in, so that one index serves it. Only an attempt that
 * is to be made later moves it on.
 *
 * <p>By age, the number is the time the task became ready, in microseconds, plus a head start that the more urgent
 * priorities need not wait for. A task is therefore overtaken only by more urgent ones that come within the difference of
 * their head starts; after the ageing bound by none, and nothing starves.
 *
 * <p>By deadline, each priority has a range of numbers of its own. Its lower half is for tasks with a deadline and holds
 * that; the upper half is for all others, by age. Nothing ages then.
 *
 * @param ageingBound what separates CRITICAL from BACKGROUND by age; zero: priorities never age
 */
public record ClaimOrder(Duration ageingBound, By by) {
    private static final int STEPS = Priority.values().length - 1;
    private static final long NEVER_AGES = 1L << 50; // 35 years between two priorities
    private static final long HALF_A_RANGE = 1L << 53; // 285 years: up to the year 2255
    private static final long RANGE = 2 * HALF_A_RANGE;
    private static final long LONGEST_GIVING_WAY = Duration.ofMinutes(1).toNanos() / 1000;

    public ClaimOrder {
        if (ageingBound.isNegative() || ageingBound.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("the ageing bound must be from 0 s to 365 days, got " + ageingBound);
        }
    }

    /** Where a task of this priority and deadline stands. */
    Place place(Priority priority, @Nullable Instant deadlineAt) {
        return switch (by) {
            case AGE -> new Place(microsBehindCritical(priority), null);
            case DEADLINE ->
                new Place(
                        microsBehindCritical(priority) + (deadlineAt == null ? microsBehindDeadlines() : 0),
                        deadlineAt);
        };
    }

    /** Microseconds that {@code priority} stands behind CRITICAL. */
    long microsBehindCritical(Priority priority) {
        return microsPerStep() * priority.ordinal();
    }

    /** Microseconds that each priority stands behind the next more urgent one. */
    long microsPerStep() {
        return switch (by) {
            case AGE -> ageingBound.isZero() ? NEVER_AGES : ageingBound.toNanos() / 1000 / STEPS;
            case DEADLINE -> RANGE;
        };
    }

    /** Microseconds that a task without a deadline stands behind those with one. */
    long microsBehindDeadlines() {
        return by == By.DEADLINE ? HALF_A_RANGE : 0;
    }

    /** Microseconds for which a task that failed lets those of its priority pass that become ready after it; a step at most. */
    long microsToGiveWay() {
        return Math.min(LONGEST_GIVING_WAY, microsPerStep());
    }

    /** SQL of the number, given a {@link Place} and when the task becomes ready as SQL. */
    static String number(String placeAt, String readyAt, String microsBehind) {
        return "(date_part('epoch', coalesce(%s, %s)) * 1000000)::bigint + %s"
                .formatted(placeAt, readyAt, microsBehind);
    }

    /** What goes first among equal priorities. */
    public enum By {
        AGE,
        DEADLINE
    }

    /**
     * What a task brings to its number.
     *
     * @param microsBehind is added to the time
     * @param at stands in for the time at which the task becomes ready; null: that time counts
     */
    record Place(long microsBehind, @Nullable Instant at) {}
}
