package escapement.queue;

import escapement.db.Database;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves the dependents that an end left for later, a thousand a transaction, away from everybody else's work. Thread-safe. */
public final class PostponedMoves implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostponedMoves.class);

    private final Database database;
    private final Consequences consequences;
    private final Consumer<Moved> afterMove;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("postponed-moves").daemon().factory());

    /** @param afterMove called after each transaction that moved some */
    public PostponedMoves(Database database, Enqueuer enqueuer, Consumer<Moved> afterMove) {
        this.database = database;
        this.consequences = enqueuer.consequences();
        this.afterMove = afterMove;
    }

    /** There may be some to move: do so. Returns at once. Any node may at any time. */
    public void poke() {
        if (!thread.isShutdown() && asked.compareAndSet(false, true)) {
            thread.execute(this::moveAll);
        }
    }

    private void moveAll() {
        asked.set(false);
        try {
            Moved moved = database.inTransaction(consequences::movePostponed);
            while (moved != null) {
                afterMove.accept(moved);
                moved = thread.isShutdown() ? null : database.inTransaction(consequences::movePostponed);
            }
        } catch (DataAccessException e) {
            log.warn(
                    "dependents of ended tasks not moved yet; the tick of the next second tries again: {}",
                    e.getMessage());
        }
    }

    /** Stops after the transaction under way; what is left stays recorded. */
    @Override
    public void close() {
        thread.close();
    }
}
