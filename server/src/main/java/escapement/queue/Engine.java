package escapement.queue;

import escapement.action.Actions;
import escapement.catalog.Catalog;
import escapement.db.Database;
import escapement.secret.Secrets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The part of a node that runs tasks: dispatcher, runner and completions, connected. Thread-safe. */
public final class Engine {
    private static final Logger log = LoggerFactory.getLogger(Engine.class);

    // a program that ignores SIGTERM is killed a while after, and a busy machine takes its time
    private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(5);

    private final Runner runner;
    private final Completions completions;
    private final Dispatcher dispatcher;
    private final AttemptNotes notes;

    /**
     * @param limit most actions that run at once
     * @param incarnation in whose name to claim
     * @param holdsLease whether the node may still claim and write as this incarnation
     * @param enqueuer knows what ends move
     * @param afterCommit called after each batch of ends
     * @param afterMove called after each transaction in which ends moved other tasks
     */
    public Engine(
            Database database,
            Actions actions,
            Names names,
            Catalog catalog,
            Secrets secrets,
            int limit,
            IntSupplier incarnation,
            IntPredicate holdsLease,
            Enqueuer enqueuer,
            Consumer<Ended> afterCommit,
            Consumer<Moved> afterMove) {
        short[] actionNumbers = numbers(actions, names);
        HeldTasks held = new HeldTasks();
        notes = new AttemptNotes(database);
        completions = new Completions(
                database, enqueuer.claimOrder(), enqueuer.consequences(), held, holdsLease, afterCommit, afterMove);
        runner = new Runner(
                limit,
                actions,
                names,
                new Params(database, catalog, secrets),
                notes,
                completions,
                holdsLease,
                this::slotFree);
        dispatcher = new Dispatcher(
                new ClaimStore(database),
                () -> database.brownOut().isOn() ? null : claimer(incarnation.getAsInt(), holdsLease, actionNumbers),
                runner,
                completions,
                held,
                () -> new HoldStore().stops(database.jooq()));
    }

    private static short[] numbers(Actions actions, Names names) {
        short[] numbers = new short[actions.names().size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = names.action(actions.names().get(i));
        }
        return numbers;
    }

    private static Dispatcher.@Nullable Claimer claimer(int incarnation, IntPredicate holdsLease, short[] actions) {
        return holdsLease.test(incarnation) ? new Dispatcher.Claimer(incarnation, actions) : null;
    }

    private void slotFree() {
        dispatcher.slotFree();
    }

    public void start() {
        dispatcher.start();
    }

    /** Something somewhere may be ready: look. */
    public void wake() {
        dispatcher.wake();
    }

    /** Tasks from this claim order on became ready; the lowest there is stands for any. */
    public void ready(long fromOrder) {
        if (fromOrder == Long.MIN_VALUE) {
            dispatcher.wake();
        } else {
            dispatcher.ready(fromOrder);
        }
    }

    /** What may start has changed: obey it, also with what was claimed before. */
    public void stopsChanged() {
        dispatcher.stopsChanged();
    }

    /** Actions running on this node now. */
    public int running() {
        return runner.running();
    }

    /** Actions that were told to stop and did not; each still takes a slot. */
    public int abandoned() {
        return runner.abandoned();
    }

    public int limit() {
        return runner.limit();
    }

    /** Ends refused because the task had been taken away from this node. */
    public long refusedEnds() {
        return completions.refused();
    }

    /** Claims nothing any more and gives back what was not started; what runs goes on. */
    public void stopClaiming() {
        dispatcher.stop();
    }

    /**
     * Stops in order: claims nothing, gives back what was not started, lets actions finish for at most {@code patience},
     * interrupts the rest (they use up no attempt), writes every end.
     */
    public void drain(Duration patience) {
        dispatcher.stop();
        if (!awaitIdle(patience)) {
            log.warn(
                    "{} actions still run after {} s: interrupting them, their tasks run again",
                    runner.running(),
                    patience.toSeconds());
            runner.interruptAll();
            awaitIdle(AFTER_INTERRUPT);
        }
        completions.drain(Duration.ofSeconds(10));
        runner.close();
        notes.close();
    }

    private boolean awaitIdle(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (runner.running() > 0) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
        return true;
    }

    /**
     * What a batch of ends left behind.
     *
     * @param dueIn after how long tasks of it become due again, each length once
     * @param anyReady whether some are ready again at once
     */
    public record Ended(List<Duration> dueIn, boolean anyReady) {}
}
