package escapement.retry;

import java.time.Duration;

/** How long to wait after a failed attempt: 2, 4, 8 … seconds. */
public final class Backoff {
    private static final int LONGEST_EXPONENT = 16; // 2^16 s = 18 h; more would only hide a dead task

    private Backoff() {}

    /** @param failures failed attempts so far, this one included: 1 after the first */
    public static Duration after(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException("failures must be at least 1, got " + failures);
        }
        return Duration.ofSeconds(1L << Math.min(failures, LONGEST_EXPONENT));
    }
}
