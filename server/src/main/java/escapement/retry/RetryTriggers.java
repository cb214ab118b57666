package escapement.retry;

import escapement.quartz.ClusteredQuartz;
import escapement.thread.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Arms Quartz triggers for the moments at which waiting tasks become due. Thread-safe.
 *
 * <p>One trigger serves all tasks due in the same slot of 50 ms, whichever node armed it, so the cluster fires at most 20 a
 * second however many tasks wait; when arming falls behind, slots widen. A trigger only says "look now": one that is
 * missing delays its tasks until the tick of the next second.
 */
public final class RetryTriggers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RetryTriggers.class);
    private static final long SLOT_MILLIS = 50;
    /** What is due later is armed by the reconciler when its time comes near. */
    private static final Duration HORIZON = Duration.ofSeconds(90);

    private final ClusteredQuartz quartz;
    private final RetryJob job;
    private final NavigableSet<Long> wanted = new ConcurrentSkipListSet<>();
    private final NavigableSet<Long> armed = new ConcurrentSkipListSet<>();
    private final Thread thread;
    private volatile boolean closed;

    public RetryTriggers(ClusteredQuartz quartz, RetryJob job) {
        this.quartz = quartz;
        this.job = job;
        this.thread = Thread.ofPlatform().name("retry-triggers").daemon().unstarted(this::armWanted);
    }

    public void start() {
        thread.start();
    }

    /** A task becomes due after {@code delay}. Returns at once; to be called after the commit that says so. */
    public void dueIn(Duration delay) {
        dueAt(System.currentTimeMillis() + delay.toMillis());
    }

    /** A task becomes due at {@code time}. Returns at once. */
    public void dueAt(Instant time) {
        dueAt(time.plusNanos(999_999).toEpochMilli()); // a look before its time would find nothing
    }

    private void dueAt(long epochMillis) {
        if (epochMillis - System.currentTimeMillis() <= HORIZON.toMillis() && want(epochMillis)) {
            LockSupport.unpark(thread);
        }
    }

    private boolean want(long dueAt) {
        long width = SLOT_MILLIS * widening();
        long slot = (dueAt + width - 1) / width * width / SLOT_MILLIS;
        return !armed.contains(slot) && wanted.add(slot);
    }

    /** Storing a trigger takes a cluster-wide lock and some milliseconds: when many wait to be stored, few must do. */
    private int widening() {
        int behind = wanted.size();
        return behind < 5 ? 1 : behind < 20 ? 4 : 20;
    }

    private void armWanted() {
        while (!closed) {
            Long slot = wanted.pollFirst();
            if (slot == null) {
                LockSupport.park();
                continue;
            }
            try {
                quartz.once(job, slot, Instant.ofEpochMilli(slot * SLOT_MILLIS));
                armed.add(slot);
                armed.headSet(slotNow()).clear();
            } catch (IllegalStateException e) {
                log.warn(
                        "no trigger for tasks due at {}; the tick of the next second wakes them: {}",
                        Instant.ofEpochMilli(slot * SLOT_MILLIS),
                        e.getMessage());
            }
        }
    }

    static long slotNow() {
        return System.currentTimeMillis() / SLOT_MILLIS;
    }

    @Override
    public void close() {
        closed = true;
        Threads.awaitEnd(thread, Duration.ofSeconds(3));
    }
}
