package escapement.queue;

import escapement.thread.Threads;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims while there is room, on one thread of its own. Whoever knows of ready work only wakes it. Thread-safe.
 *
 * <p>It keeps a watermark: the claim order below which nothing is left. Submits, own and those that other nodes tell of, move
 * it back exactly; a hint that says no more than "somewhere" and the look every second start from the beginning. Without it
 * every claim would step over the dead index entries of all tasks claimed since the oldest open snapshot, which ruins a queue
 * within minutes.
 */
public final class Dispatcher {
    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
    private static final int MAX_BATCH = 2000;
    private static final long FROM_BEGINNING = Long.MIN_VALUE;
    private static final long NOTHING = Long.MAX_VALUE;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration STALLED = Duration.ofMillis(100);
    private static final Duration LOOK_FOR_CANCELLED = Duration.ofMillis(250);
    private static final Duration COMPARE_HELD_EVERY = Duration.ofSeconds(30);
    private static final Duration DATABASE_PAUSE = Duration.ofMillis(250);

    private final ClaimStore store;
    private final Supplier<@Nullable Claimer> claimer;
    private final Runner runner;
    private final Completions completions;
    private final HeldTasks held;
    private final Supplier<Stops> stops;
    /** Claim order from which something is ready; {@link #NOTHING} when all that is known of is claimed. */
    private final AtomicLong readyFrom = new AtomicLong(NOTHING);
    /** Whether something may be ready anywhere. */
    private final AtomicBoolean readyAnywhere = new AtomicBoolean(true);

    private final WholeLooks wholeLooks = new WholeLooks();

    private final Thread thread;
    private volatile boolean stopping;
    private long lookAgainAt;
    private long compareHeldAt;
    private long lookForCancelledAt;

    /**
     * @param claimer in whose name to claim; null while this node may not
     * @param stops what may not start, as the database says now
     */
    Dispatcher(
            ClaimStore store,
            Supplier<@Nullable Claimer> claimer,
            Runner runner,
            Completions completions,
            HeldTasks held,
            Supplier<Stops> stops) {
        this.store = store;
        this.claimer = claimer;
        this.runner = runner;
        this.completions = completions;
        this.held = held;
        this.stops = stops;
        this.thread = Thread.ofPlatform().name("dispatcher").unstarted(this::loop);
    }

    void start() {
        thread.start();
    }

    /** Something somewhere may be ready. */
    public void wake() {
        readyAnywhere.set(true);
        LockSupport.unpark(thread);
    }

    /** Tasks from this claim order on became ready. */
    public void ready(long fromOrder) {
        readyFrom.accumulateAndGet(fromOrder, Math::min);
        LockSupport.unpark(thread);
    }

    /** What may start has changed: when this returns, nothing starts that was claimed before and is held now. */
    void stopsChanged() {
        runner.pause();
        LockSupport.unpark(thread);
    }

    /** A slot became free. */
    void slotFree() {
        LockSupport.unpark(thread);
    }

    private void loop() {
        while (!stopping) {
            try {
                lookAtLeastEverySecond();
                handBackStopped();
                handBackStalled();
                handBackUnknown();
                stopCancelled();
                if (!claimOnce()) {
                    LockSupport.parkNanos(Math.clamp(lookAgainAt - System.nanoTime(), 1, STALLED.toNanos()));
                }
            } catch (DataAccessException e) {
                log.warn("cannot claim, trying again in {} ms: {}", DATABASE_PAUSE.toMillis(), e.getMessage());
                readyAnywhere.set(true);
                compareHeldAt = System.nanoTime(); // the claim may have been committed without an answer
                LockSupport.parkNanos(DATABASE_PAUSE.toNanos());
            }
        }
    }

    // jitter, or all nodes would look in the same instant
    private void lookAtLeastEverySecond() {
        if (System.nanoTime() - lookAgainAt >= 0) {
            readyAnywhere.set(true);
            lookAgainAt = System.nanoTime()
                    + (long) (LOOK_EVERY.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.0));
        }
    }

    /** @return whether another claim may find more at once */
    private boolean claimOnce() {
        int room = Math.min(MAX_BATCH, runner.room() - completions.unwritten() / 2);
        Claimer by = claimer.get();
        if (room <= 0 || by == null) {
            return false;
        }
        long begunAt = System.nanoTime();
        boolean whole = readyAnywhere.get() && wholeLooks.mayBeMade(begunAt);
        long from = readyFrom.getAndSet(NOTHING);
        if (whole) {
            readyAnywhere.set(false);
            from = FROM_BEGINNING;
        }
        if (from == NOTHING) {
            return false;
        }
        List<ClaimedTask> claimed = store.claim(by.node(), by.actions(), from, room);
        if (whole) {
            long now = System.nanoTime();
            wholeLooks.made(now, Duration.ofNanos(now - begunAt), claimed.size());
        }
        if (claimed.size() == room) {
            readyFrom.accumulateAndGet(claimed.getLast().claimOrder(), Math::min);
        }
        held.add(claimed);
        runner.run(claimed);
        return claimed.size() == room;
    }

    // what was being claimed when the pause began is in the line by now, for this thread claims
    private void handBackStopped() {
        OptionalInt pauses = runner.openPauses();
        if (pauses.isEmpty()) {
            return;
        }
        List<ClaimedTask> stopped = runner.hasWaiting() ? runner.takeWaiting(stops.get()::cover) : List.of();
        runner.resume(pauses.getAsInt());
        if (!stopped.isEmpty()) {
            handBack(stopped);
        }
    }

    /** Short runs let much be claimed ahead; when long ones follow, other nodes and urgent tasks must not wait for them. */
    private void handBackStalled() {
        List<ClaimedTask> stalled = runner.takeStalled(STALLED.toNanos());
        if (!stalled.isEmpty()) {
            handBack(stalled);
        }
    }

    /** Gives back what the database says this node holds and this node knows nothing of. */
    private void handBackUnknown() {
        Claimer by = claimer.get();
        if (by == null || System.nanoTime() - compareHeldAt < 0) {
            return;
        }
        compareHeldAt = System.nanoTime() + COMPARE_HELD_EVERY.toNanos();
        List<HeldTask> unknown = store.heldBy(by.node()).stream()
                .filter(task -> !held.contains(task))
                .toList();
        if (!unknown.isEmpty()) {
            log.warn("handing back {} tasks that a claim without an answer had taken", unknown.size());
            store.handBack(by.node(), unknown);
            readyAnywhere.set(true);
        }
    }

    private void stopCancelled() {
        Claimer by = claimer.get();
        if (by == null || runner.running() == 0 || System.nanoTime() - lookForCancelledAt < 0) {
            return;
        }
        lookForCancelledAt = System.nanoTime() + LOOK_FOR_CANCELLED.toNanos();
        store.cancelled(by.node()).forEach(runner::cancel);
    }

    private void handBack(List<ClaimedTask> tasks) {
        int node = tasks.getFirst().node();
        int given = store.handBack(node, tasks.stream().map(HeldTask::of).toList());
        held.removeAll(tasks);
        ready(tasks.stream().mapToLong(ClaimedTask::claimOrder).min().orElseThrow());
        log.debug("handed back {} of {} tasks claimed ahead", given, tasks.size());
    }

    /** Claims nothing any more and gives back what was not started. */
    void stop() {
        stopping = true;
        Threads.awaitEnd(thread, Duration.ofSeconds(5));
        List<ClaimedTask> notStarted = runner.stop();
        if (!notStarted.isEmpty()) {
            try {
                handBack(notStarted);
            } catch (DataAccessException e) {
                log.warn(
                        "{} claimed tasks could not be handed back; they run when this node's lease has expired: {}",
                        notStarted.size(),
                        e.getMessage());
            }
        }
    }

    /** In whose name tasks are claimed. */
    record Claimer(int node, short[] actions) {}
}
