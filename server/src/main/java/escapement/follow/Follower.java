package escapement.follow;

import escapement.calibration.SumStore;
import escapement.db.Database;
import escapement.thread.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the roll-ups and the sums of calibration abreast of the journal. Every node has one; a row lock lets one work at a time. Thread-safe.
 *
 * <p>Exactly once: what a stretch of the journal adds and the position after it are committed together. Nothing is lost to
 * late commits: a stretch ends below the oldest transaction still open (see {@link RollUpStore}).
 */
public final class Follower implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Follower.class);
    private static final Duration GATHER = Duration.ofMillis(100);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final RollUpStore store;
    private final SumStore outcomes;
    private final AtomicBoolean poked = new AtomicBoolean(true);
    private final Thread thread;
    private volatile boolean closed;

    public Follower(Database database) {
        store = new RollUpStore(database);
        outcomes = new SumStore(database);
        thread = Thread.ofPlatform().name("follower").daemon().unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    /** Something was added to the journal. */
    public void poke() {
        if (!poked.getAndSet(true)) {
            LockSupport.unpark(thread);
        }
    }

    private void loop() {
        while (!closed) {
            if (!poked.get()) {
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
            if (!closed) {
                LockSupport.parkNanos(GATHER.toNanos());
            }
            poked.set(false);
            try {
                followToEnd();
            } catch (DataAccessException e) {
                log.warn("the roll-ups fall behind, trying again in {} s: {}", LOOK_EVERY.toSeconds(), e.getMessage());
                LockSupport.parkNanos(LOOK_EVERY.toNanos());
            }
        }
    }

    /** Rolls up all that can be read by now. */
    public void followToEnd() {
        while (store.followSome()) {
            if (closed) {
                return;
            }
        }
        while (outcomes.followSome()) {
            if (closed) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        Threads.awaitEnd(thread, Duration.ofSeconds(3));
    }
}
