package escapement.thread;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Tells one thread that there is something to do, in a way that lets it gather: pokes that come while it works or gathers are
 * one. Parking would not do: an unpark that comes while the thread works ends its next wait at once, so that the busier the
 * server was the less was gathered. Thread-safe.
 */
public final class Pokes {
    private final Semaphore pokes = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** There is something to do. */
    public void poke() {
        if (pokes.availablePermits() == 0) {
            pokes.release();
        }
    }

    /**
     * Waits for a poke, {@code lookEvery} at most, then for {@code gather}. Pokes from now on count for the next time.
     *
     * @return false once it is closed
     */
    public boolean await(Duration lookEvery, Duration gather) {
        if (isClosed()) {
            return false;
        }
        try {
            var _ = pokes.tryAcquire(lookEvery.toNanos(), TimeUnit.NANOSECONDS);
            return !closed.await(gather.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            pokes.drainPermits();
        }
    }

    /** Waits for {@code length}, whoever pokes, and lets the next {@link #await} only gather: for what is to be tried again. */
    public void tryAgainAfter(Duration length) {
        await(Duration.ZERO, length);
        poke();
    }

    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Ends the thread's waiting, now and from now on. */
    public void close() {
        closed.countDown();
        pokes.release();
    }
}
