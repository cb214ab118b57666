package escapement.node;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.thread.Threads;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the database for the time once a second, on a connection that nothing else can keep busy: whether it answers, and how
 * far this machine's clock is from its own. Thread-safe.
 */
public final class DatabaseProbe implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DatabaseProbe.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration SILENT = Duration.ofSeconds(4);

    private final DatabaseAddress address;
    private final ClockGuard clock;
    private final ProbeStore store;
    private final Thread thread;
    private volatile boolean asked; // nothing is held against it before
    private volatile long answeredAt;
    private volatile boolean closed;
    private @Nullable Connection connection; // of whoever asks: first the starting thread, then ours

    /** @param database where this node's row is written */
    public DatabaseProbe(DatabaseAddress address, Database database, NodeLease lease, ClockGuard clock) {
        this.address = address;
        this.clock = clock;
        this.store = new ProbeStore(database, lease);
        this.thread = Thread.ofPlatform().name("database-probe").daemon().unstarted(this::loop);
    }

    /** Asks once, then goes on by itself. */
    public void start() {
        answeredAt = System.nanoTime();
        asked = true;
        ask();
        thread.start();
    }

    /** Whether it answered within the last seconds, as far as anybody has asked. */
    public boolean answers() {
        return !asked || System.nanoTime() - answeredAt < SILENT.toNanos();
    }

    private void loop() {
        while (!closed) {
            LockSupport.parkNanos(EVERY.toNanos());
            if (!closed) {
                ask();
            }
        }
        drop();
    }

    private void ask() {
        try {
            if (connection == null) {
                connection = Database.connect(address, "probe", PATIENCE);
            }
            ProbeStore.Reading reading = store.read(connection);
            answeredAt = System.nanoTime();
            clock.measured(reading.ahead(), reading.precision());
            store.keep(reading.ahead());
        } catch (SQLException e) {
            if (answers()) {
                log.warn("the database does not answer, asking again in {} s: {}", EVERY.toSeconds(), e.getMessage());
            }
            drop();
        }
    }

    private void drop() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            log.debug("closing the probe's connection", e);
        }
        connection = null;
    }

    @Override
    public void close() {
        closed = true;
        Threads.awaitEnd(thread, PATIENCE);
    }
}
