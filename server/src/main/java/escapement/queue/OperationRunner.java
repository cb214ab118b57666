package escapement.queue;

import escapement.db.Database;
import escapement.queue.ChunkStore.Done;
import escapement.thread.Threads;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries operations on, chunk by chunk, on one thread of its own. Thread-safe.
 *
 * <p>Every node may do the next chunk of any operation; a lock on the operation's row keeps two from doing the same one.
 * What a node that died had begun was rolled back, and the next one to be poked goes on from there.
 */
public final class OperationRunner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OperationRunner.class);

    private final Database database;
    private final Cancellations cancellations;
    private final ChunkStore store;
    private final Consumer<Moved> afterMove;
    private final AtomicBoolean poked = new AtomicBoolean();
    private final Thread thread;
    private volatile boolean closed;

    /** @param afterMove called after each commit */
    public OperationRunner(
            Database database,
            Cancellations cancellations,
            Retries retries,
            ClaimOrder claimOrder,
            Consumer<Moved> afterMove) {
        this.database = database;
        this.cancellations = cancellations;
        this.store = new ChunkStore(cancellations, retries, claimOrder);
        this.afterMove = afterMove;
        this.thread = Thread.ofPlatform().name("operations").daemon().unstarted(this::loop);
    }

    /** Starts with what a node that stopped may have left. */
    public void start() {
        thread.start();
        poke();
    }

    /** There may be an operation to carry on; returns at once. */
    public void poke() {
        poked.set(true);
        LockSupport.unpark(thread);
    }

    private void loop() {
        while (!closed) {
            if (!poked.getAndSet(false)) {
                LockSupport.park();
                continue;
            }
            try {
                boolean more = true;
                while (more && !closed) {
                    more = doNext();
                }
            } catch (RuntimeException e) { // the database may be away, or a chunk was chosen to end a deadlock
                Throwable cause = e.getCause() instanceof SQLException sql ? sql : e;
                log.warn("an operation stands still until the tick of the next second: {}", cause.getMessage());
            }
        }
    }

    private boolean doNext() {
        Optional<Done> done = database.inTransaction(store::doNext);
        done.ifPresent(chunk -> {
            cancellations.tell(chunk.cancelled());
            afterMove.accept(chunk.moved());
        });
        return done.isPresent();
    }

    /** Finishes the chunk at hand; other nodes, or the next start, go on from there. */
    @Override
    public void close() {
        closed = true;
        Threads.awaitEnd(thread, Duration.ofSeconds(5));
    }
}
