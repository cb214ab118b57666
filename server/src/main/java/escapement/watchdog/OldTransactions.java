package escapement.watchdog;

import escapement.db.Database;
import escapement.thread.Threads;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of transactions that stay open: while one is, nothing that died since can be cleared away, and each claim has more to
 * step over. Thread-safe.
 */
public final class OldTransactions implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OldTransactions.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(15);
    private static final Duration OLD = Duration.ofSeconds(60);

    private final OldTransactionStore store;
    private final Thread thread;
    private volatile Duration age = Duration.ZERO;
    private volatile boolean closed;
    private String told = ""; // of whoever looks: who was told of last

    public OldTransactions(Database database) {
        this.store = new OldTransactionStore(database);
        this.thread = Thread.ofPlatform().name("old-transactions").daemon().unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    private void loop() {
        while (!closed) {
            try {
                runOnce();
            } catch (DataAccessException e) {
                log.debug("old transactions are looked for again in {} s", LOOK_EVERY.toSeconds(), e);
            }
            LockSupport.parkNanos(
                    (long) (LOOK_EVERY.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
        }
    }

    /** Looks, and tells once of whom it has not told. @return whose transaction is the oldest; empty when none is open */
    public synchronized Optional<String> runOnce() {
        Optional<OldTransactionStore.Old> oldest = store.oldest();
        age = oldest.map(OldTransactionStore.Old::age).orElse(Duration.ZERO);
        String owner = oldest.filter(one -> one.age().compareTo(OLD) > 0)
                .map(OldTransactionStore.Old::owner)
                .orElse("");
        if (!owner.isEmpty() && !owner.equals(told)) {
            log.warn(
                    "{} keeps a transaction open for {} s now: nothing dead is cleared away and claims get slower until it ends; see ops/runbook.md, 'A long transaction'",
                    owner,
                    age.toSeconds());
        }
        told = owner;
        return oldest.map(OldTransactionStore.Old::owner);
    }

    /** For how long the oldest transaction was open when last looked at. */
    public Duration age() {
        return age;
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        Threads.awaitEnd(thread, Duration.ofSeconds(3));
    }
}
