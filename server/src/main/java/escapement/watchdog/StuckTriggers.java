package escapement.watchdog;

import escapement.db.Database;
import escapement.thread.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets triggers free that Quartz has forgotten: a lost connection at the wrong moment leaves them ACQUIRED or BLOCKED for
 * ever, a node of an older version leaves those of jobs that it does not have in ERROR. On a thread of its own and on every
 * node, for what frees triggers must not hang on one. Thread-safe.
 */
public final class StuckTriggers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StuckTriggers.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(30);

    private final StuckTriggerStore store;
    private final AtomicLong freed = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    public StuckTriggers(Database database) {
        this.store = new StuckTriggerStore(database);
        this.thread = Thread.ofPlatform().name("stuck-triggers").daemon().unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    private void loop() {
        while (!closed) {
            LockSupport.parkNanos(
                    (long) (LOOK_EVERY.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
            try {
                if (!closed) {
                    runOnce();
                }
            } catch (DataAccessException e) {
                log.warn("stuck triggers are looked for again in {} s: {}", LOOK_EVERY.toSeconds(), e.getMessage());
            }
        }
    }

    /** Frees what is stuck. @return what was, as names and states */
    public List<String> runOnce() {
        List<String> found = store.free();
        if (!found.isEmpty()) {
            freed.addAndGet(found.size());
            log.error("Quartz had forgotten triggers, which fire again now: {}", found);
        }
        return found;
    }

    /** How many this node has freed. */
    public long freed() {
        return freed.get();
    }

    @Override
    public void close() {
        closed = true;
        Threads.awaitEnd(thread, Duration.ofSeconds(3));
    }
}
