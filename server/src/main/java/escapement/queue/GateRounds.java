package escapement.queue;

import escapement.db.Database;
import escapement.queue.Gate.Judgement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings tasks that became ready, and all that wait after a change of policy, to the gate. Thread-safe. */
public final class GateRounds implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(GateRounds.class);
    private static final int SWEEP_AT_ONCE = 10_000;

    private final Database database;
    private final Gate gate;
    private final GateStore store = new GateStore();
    private final Consumer<Moved> afterMove;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("gate").daemon().factory());

    /** @param afterMove called after each transaction that decided about some */
    public GateRounds(Database database, Enqueuer enqueuer, Consumer<Moved> afterMove) {
        this.database = database;
        this.gate = enqueuer.gate();
        this.afterMove = afterMove;
    }

    /** There may be tasks to decide about: do so. Returns at once. Any node may at any time. */
    public void poke() {
        if (!thread.isShutdown() && asked.compareAndSet(false, true)) {
            thread.execute(this::round);
        }
    }

    private void round() {
        asked.set(false);
        try {
            do {
                judgeAll();
            } while (!thread.isShutdown() && database.inTransaction(tx -> store.sweep(tx, SWEEP_AT_ONCE)) > 0);
        } catch (DataAccessException e) {
            log.warn(
                    "the gate has not decided about all tasks; the tick of the next second tries again: {}",
                    e.getMessage());
        }
    }

    private void judgeAll() {
        Judgement judgement;
        do {
            judgement = database.inTransaction(gate::judgeDue);
            if (judgement.tasks() > 0) {
                afterMove.accept(judgement.moved());
            }
        } while (judgement.tasks() == Gate.AT_ONCE && !thread.isShutdown());
    }

    /** Stops after the transaction under way; what is left waits for another node, or a start. */
    @Override
    public void close() {
        thread.close();
    }
}
