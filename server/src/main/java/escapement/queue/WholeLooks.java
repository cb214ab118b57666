package escapement.queue;

import java.time.Duration;

/**
 * When to look for ready tasks from the beginning again. Such a look steps over everything that was claimed since the oldest
 * open snapshot: next to nothing as a rule, half a second and more when one has been kept for minutes. Then it is made as
 * often as takes a fifth of the time, and what may be ready somewhere waits for it. For one thread.
 */
final class WholeLooks {
    private static final int PAUSE_PER_COST = 4;
    private static final Duration CHEAP = Duration.ofMillis(20);
    private static final Duration CLAIMING_ONE = Duration.ofNanos(100_000);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private boolean paused;
    private long pausedUntil; // of the monotonic clock

    boolean mayBeMade(long nanoTime) {
        paused = paused && nanoTime - pausedUntil < 0;
        return !paused;
    }

    /** @param took how long the look took, which claimed {@code claimed} tasks */
    void made(long nanoTime, Duration took, int claimed) {
        Duration stepping = took.minus(CLAIMING_ONE.multipliedBy(claimed));
        if (stepping.compareTo(CHEAP) > 0) {
            Duration pause = stepping.multipliedBy(PAUSE_PER_COST);
            paused = true;
            pausedUntil = nanoTime + (pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE).toNanos();
        }
    }
}
