package escapement.queue;

import java.time.Duration;

/** How long attempts take on this node, and so how many may be claimed ahead. Thread-safe. */
final class RunTime {
    private static final long AHEAD_NANOS = Duration.ofMillis(20).toNanos();
    private static final int MAX_AHEAD = 2000;
    private static final int ENOUGH = 8;
    private static final double WEIGHT = 1.0 / 32;

    private double meanNanos;
    private int seen;

    synchronized void add(long nanos) {
        seen = Math.min(seen + 1, ENOUGH);
        double weight = Math.max(WEIGHT, 1.0 / seen);
        meanNanos += weight * (nanos - meanNanos);
    }

    /** Starts anew: what was measured no longer tells what is to come. */
    synchronized void forget() {
        seen = 0;
        meanNanos = 0;
    }

    /**
     * How many tasks {@code slots} slots run in 20 ms: claiming more would make an urgent task wait behind them, claiming
     * fewer costs a round trip for each handful. None until some attempts were measured.
     */
    synchronized int claimAhead(int slots) {
        if (seen < ENOUGH) {
            return 0;
        }
        return (int) Math.min(MAX_AHEAD, slots * AHEAD_NANOS / Math.max(1, meanNanos));
    }
}
