package escapement.bench;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what must come. */
final class Await {
    private static final Duration LONGEST = Duration.ofMinutes(3);
    private static final Duration LOOK_EVERY = Duration.ofMillis(2);

    private Await() {}

    static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, LOOK_EVERY, condition);
    }

    /** Looks more seldom, where a look costs something. */
    static void until(String what, Duration lookEvery, Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(what + " did not come within " + LONGEST.toSeconds() + " s");
            }
            LockSupport.parkNanos(lookEvery.toNanos());
        }
    }
}
