package escapement.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for what must become true soon, instead of sleeping for as long as it might take. */
public final class Eventually {
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private Eventually() {}

    /** Returns as soon as {@code assertion} passes; after {@code patience} its last failure is the test's. */
    public static void within(Duration patience, ThrowingRunnable assertion) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                assertion.run();
                return;
            } catch (Exception | AssertionError e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("not within " + patience.toMillis() + " ms: " + e.getMessage(), e);
                }
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    /** An assertion, or several. */
    @FunctionalInterface
    public interface ThrowingRunnable {
        void run() throws Exception;
    }
}
