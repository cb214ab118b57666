package escapement.retry;

import java.time.Duration;

/**
 * How long to wait after a failed attempt: {@code first × factor^(k-1)} after the k-th failure, at most {@code longest}; by
 * default 2, 4, 8 … seconds.
 *
 * @param factor at least 1
 * @param jitter from 0 (none) to 1: the part of each wait that is drawn at random, so that what failed together does not
 *     come back together
 */
public record Backoff(Duration first, double factor, Duration longest, double jitter) {
    public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(2), 2, Duration.ofDays(1), 0);

    public Backoff {
        if (first.isNegative() || longest.isNegative() || !(factor >= 1) || !(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException(
                    "first and longest must not be negative, factor at least 1, jitter from 0 to 1; got " + first + ", "
                            + longest + ", " + factor + ", " + jitter);
        }
    }

    /**
     * @param failures failed attempts so far, this one included: 1 after the first
     * @param random from 0 to 1, decides the jittered part
     */
    public Duration after(int failures, double random) {
        if (failures < 1) {
            throw new IllegalArgumentException("failures must be at least 1, got " + failures);
        }
        double full = Math.min(first.toMillis() * Math.pow(factor, failures - 1), longest.toMillis());
        return Duration.ofMillis(Math.round(full * (1 - jitter * random)));
    }
}
