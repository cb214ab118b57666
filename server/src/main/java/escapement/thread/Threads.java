package escapement.thread;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Ends of threads. */
public final class Threads {
    private Threads() {}

    /** Lets a parked thread see that it is to end, and waits for that as long as {@code patience}. */
    public static void awaitEnd(Thread parked, Duration patience) {
        LockSupport.unpark(parked);
        try {
            if (parked.isAlive()) { // not so when the start failed before it
                parked.join(patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
