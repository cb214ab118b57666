package escapement.support;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits for something that another thread or server does: the one place where tests wait. */
public final class Eventually {
    private static final Duration LOOK_EVERY = Duration.ofMillis(10);

    private Eventually() {}

    /** Repeats {@code assertion} until it holds; throws what it last threw when {@code patience} is over. */
    public static void within(Duration patience, Assertion assertion) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                assertion.hold();
                return;
            } catch (Exception | AssertionError e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError("not within " + patience.toMillis() + " ms: " + e.getMessage(), e);
                }
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
        }
    }

    /** What must come true. */
    @FunctionalInterface
    public interface Assertion {
        void hold() throws Exception;
    }
}
