package escapement.queue;

import escapement.action.Outcome;
import escapement.db.Database;
import escapement.task.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only way out: gathers the ends of attempts and writes them in batches. Thread-safe.
 *
 * <p>Whatever ends while a batch is being written forms the next one, so an idle server writes each end at once and a busy
 * one writes thousands together.
 */
public final class Completions implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Completions.class);
    private static final int MAX_BATCH = 2000;
    private static final int MAX_BATCH_CHARACTERS = 8_000_000;
    private static final int WRITERS = 2;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final Database database;
    private final CompletionStore store;
    private final Consequences consequences;
    private final HeldTasks held;
    private final IntPredicate stillOurs;
    private final Consumer<Engine.Ended> afterCommit;
    private final Consumer<Moved> afterMove;
    private final LinkedBlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
    private final AtomicInteger unwritten = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean closing;

    /**
     * @param stillOurs whether the node of this incarnation may still write; when it may not, its endings are dropped, since
     *     another node runs those tasks again
     * @param afterCommit called after each batch
     * @param afterMove called after each transaction in which ends moved other tasks
     */
    Completions(
            Database database,
            ClaimOrder claimOrder,
            Consequences consequences,
            HeldTasks held,
            IntPredicate stillOurs,
            Consumer<Engine.Ended> afterCommit,
            Consumer<Moved> afterMove) {
        this.database = database;
        this.store = new CompletionStore(database, claimOrder);
        this.consequences = consequences;
        this.afterMove = afterMove;
        this.held = held;
        this.stillOurs = stillOurs;
        this.afterCommit = afterCommit;
        for (int i = 1; i <= WRITERS; i++) {
            writers.add(Thread.ofPlatform().name("completions-" + i).start(this::write));
        }
    }

    /** Takes the end of an attempt; returns at once. */
    void ended(ClaimedTask task, Outcome outcome, long runNanos, long endedNanoTime) {
        Ending ending = ending(task, outcome, runNanos, endedNanoTime);
        unwritten.incrementAndGet();
        endings.add(ending);
    }

    // outcomes and results are objects of the action's making and may throw when they are read; the task must end all
    // the same
    private static Ending ending(ClaimedTask task, Outcome outcome, long runNanos, long endedNanoTime) {
        try {
            return Ending.of(task, outcome, runNanos, endedNanoTime);
        } catch (Throwable e) {
            log.error("task {} attempt {}: its outcome cannot be read", task.id(), task.attempt(), e);
            String error = "its outcome cannot be read: " + e.getClass().getName();
            return Ending.of(task, new Outcome.Failed(error, true), runNanos, endedNanoTime);
        }
    }

    /** Ends taken and not yet in the database. */
    int unwritten() {
        return unwritten.get();
    }

    /** Ends refused because the task had been taken away from this node. */
    public long refused() {
        return refused.get();
    }

    private void write() {
        List<Ending> batch = new ArrayList<>(MAX_BATCH);
        while (true) {
            try {
                Ending first = endings.poll(100, TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (closing) {
                        return;
                    }
                    continue;
                }
                gather(first, batch);
                writeByKind(batch);
                afterCommit.accept(leftBehind(batch));
            } catch (InterruptedException e) {
                return; // closed without goodbye
            } catch (RuntimeException e) { // a writer less would be missed for as long as the node lives
                log.error("{} ends may not be recorded; what is not runs again", batch.size(), e);
            } finally {
                unwritten.addAndGet(-batch.size());
                held.remove(batch);
                batch.clear();
            }
        }
    }

    /** As many as one statement should carry, by number and by size. */
    private void gather(Ending first, List<Ending> batch) {
        long size = 0;
        for (Ending ending = first; ending != null; ending = endings.poll()) {
            batch.add(ending);
            size += ending.result() == null ? 0 : ending.result().length();
            if (batch.size() == MAX_BATCH || size > MAX_BATCH_CHARACTERS) {
                return;
            }
        }
    }

    private static Engine.Ended leftBehind(List<Ending> batch) {
        List<Duration> dueIn = batch.stream()
                .filter(ending -> ending.next() == TaskStatus.SCHEDULED)
                .map(ending -> Duration.ofMillis(ending.delayMillis()))
                .distinct()
                .toList();
        return new Engine.Ended(dueIn, batch.stream().anyMatch(ending -> ending.next() == TaskStatus.PENDING));
    }

    /** Endings of one node incarnation at a time, those that end a task apart from those that requeue it. */
    private void writeByKind(List<Ending> batch) throws InterruptedException {
        for (var ofNode : batch.stream()
                .collect(Collectors.groupingBy(ending -> ending.task().node()))
                .entrySet()) {
            var byKind = ofNode.getValue().stream()
                    .collect(Collectors.partitioningBy(ending -> ending.next().isTerminal()));
            for (List<Ending> sameKind : byKind.values()) {
                if (!sameKind.isEmpty()) {
                    writeUntilKnown(ofNode.getKey(), sameKind);
                }
            }
        }
    }

    /** Writes again until the database has answered: an outage must not lose what was done, and repeating is harmless. */
    private void writeUntilKnown(int node, List<Ending> sameKind) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                settle(sameKind, writeOnce(node, sameKind));
                return;
            } catch (DataAccessException e) {
                if (SqlFault.isOfData(e)) {
                    writeApart(node, sameKind, e);
                    return;
                }
                if (!stillOurs.test(node)) {
                    log.warn(
                            "{} finished attempts were not recorded before node incarnation {} lost its lease; their tasks run again: {}",
                            sameKind.size(),
                            node,
                            e.getMessage());
                    return;
                }
                log.warn(
                        "{} finished attempts not recorded yet, trying again in {} ms: {}",
                        sameKind.size(),
                        pause.toMillis(),
                        e.getMessage());
            }
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private Set<Long> writeOnce(int node, List<Ending> sameKind) {
        return sameKind.getFirst().next().isTerminal() ? finish(node, sameKind) : store.requeue(node, sameKind);
    }

    /** Most ends move no other task and take one statement; what that leaves is followed, or no longer ours. */
    private Set<Long> finish(int node, List<Ending> endings) {
        List<Ending> alone =
                endings.stream().filter(ending -> !ending.task().followed()).toList();
        Set<Long> accepted = alone.isEmpty() ? new HashSet<>() : store.finish(node, alone);
        List<Ending> rest = endings.stream()
                .filter(ending -> !accepted.contains(ending.task().id()))
                .toList();
        if (!rest.isEmpty()) {
            accepted.addAll(finishFollowed(node, rest));
        }
        return accepted;
    }

    private Set<Long> finishFollowed(int node, List<Ending> endings) {
        Set<Long> accepted = new HashSet<>();
        Moved moved = database.inTransaction(tx -> {
            List<End> ends = store.finish(tx, node, endings);
            accepted.clear();
            ends.forEach(end -> accepted.add(end.id()));
            return consequences.follow(tx, ends);
        });
        afterMove.accept(moved);
        return accepted;
    }

    private void settle(List<Ending> sent, Set<Long> accepted) {
        if (accepted.size() == sent.size()) {
            return;
        }
        List<Ending> missing = sent.stream()
                .filter(ending -> !accepted.contains(ending.task().id()))
                .toList();
        Set<Long> recorded = store.recorded(missing); // a commit whose answer got lost was repeated: nothing to report
        for (Ending ending : missing) {
            if (!recorded.contains(ending.task().id())) {
                refused.incrementAndGet();
                log.warn(
                        "task {} attempt {} ended {} but had been taken from node incarnation {}: refused",
                        ending.task().id(),
                        ending.task().attempt(),
                        ending.outcome(),
                        ending.task().node());
            }
        }
    }

    /** One ending holds text that PostgreSQL refuses: find it by halves, so that the others are not held up. */
    private void writeApart(int node, List<Ending> sameKind, DataAccessException why) throws InterruptedException {
        if (sameKind.size() > 1) {
            int half = sameKind.size() / 2;
            writeUntilKnown(node, sameKind.subList(0, half));
            writeUntilKnown(node, sameKind.subList(half, sameKind.size()));
            return;
        }
        Ending ending = sameKind.getFirst();
        String message = String.valueOf(why.getMessage());
        log.error(
                "task {} attempt {}: its result cannot be stored and is replaced by a note: {}",
                ending.task().id(),
                ending.task().attempt(),
                message);
        try {
            List<Ending> mended = List.of(ending.withoutResult(message));
            settle(mended, writeOnce(node, mended));
        } catch (DataAccessException e) {
            log.error(
                    "task {} attempt {} could not be recorded; it runs again when node incarnation {} ends",
                    ending.task().id(),
                    ending.task().attempt(),
                    node,
                    e);
        }
    }

    /** Writes what is left, for at most {@code patience}, and stops. */
    void drain(Duration patience) {
        closing = true;
        long deadline = System.nanoTime() + patience.toNanos();
        for (Thread writer : writers) {
            try {
                writer.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Stops at once; what is not written is lost to this node. */
    @Override
    public void close() {
        closing = true;
        writers.forEach(Thread::interrupt);
    }
}
