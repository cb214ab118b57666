package escapement.follow;

import escapement.calibration.SumStore;
import escapement.db.Database;
import escapement.thread.Pokes;
import escapement.thread.Threads;
import java.time.Duration;
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
    private final Pokes pokes = new Pokes();
    private final Thread thread;

    public Follower(Database database) {
        store = new RollUpStore(database);
        outcomes = new SumStore(database);
        thread = Thread.ofPlatform().name("follower").daemon().unstarted(this::loop);
    }

    public void start() {
        pokes.poke();
        thread.start();
    }

    /** Something was added to the journal. */
    public void poke() {
        pokes.poke();
    }

    private void loop() {
        while (pokes.await(LOOK_EVERY, GATHER)) {
            try {
                followToEnd();
            } catch (DataAccessException e) {
                log.warn("the roll-ups fall behind, trying again in {} s: {}", LOOK_EVERY.toSeconds(), e.getMessage());
                pokes.tryAgainAfter(LOOK_EVERY);
            }
        }
    }

    /** Rolls up all that can be read by now. */
    public void followToEnd() {
        while (store.followSome()) {
            if (pokes.isClosed()) {
                return;
            }
        }
        while (outcomes.followSome()) {
            if (pokes.isClosed()) {
                return;
            }
        }
    }

    @Override
    public void close() {
        pokes.close();
        Threads.awaitEnd(thread, Duration.ofSeconds(3));
    }
}
