package escapement.task;

import escapement.db.Database;
import escapement.thread.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets callers wait until nothing of a task or workflow can happen without a person: all of it has ended or is held.
 *
 * <p>However many wait, one thread asks for all of them in one query every 20 ms, at once after an end on this node, and
 * not at all while nobody waits. Thread-safe.
 */
public final class Waits implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Waits.class);
    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(20).toNanos();

    private final WaitStore store;
    private final Map<Long, CompletableFuture<Void>> tasks = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> workflows = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean closed;

    public Waits(Database database) {
        store = new WaitStore(database);
        thread = Thread.ofPlatform().name("waits").daemon().unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    /** @return whether the task is settled; false when the time ran out first */
    public boolean awaitTask(long id, Duration patience) throws InterruptedException {
        return !store.settledTasks(List.of(id)).isEmpty() || await(tasks, id, patience);
    }

    /** @return whether the workflow is settled; false when the time ran out first */
    public boolean awaitWorkflow(String id, Duration patience) throws InterruptedException {
        return !store.settledWorkflows(List.of(id)).isEmpty() || await(workflows, id, patience);
    }

    /** How many tasks of a workflow stand where; empty when no task ever named it. */
    public Map<TaskStatus, Long> counts(String workflowId) {
        return store.counts(workflowId);
    }

    /** Something ended on this node: look now. */
    public void poke() {
        if (!tasks.isEmpty() || !workflows.isEmpty()) {
            LockSupport.unpark(thread);
        }
    }

    private <K> boolean await(Map<K, CompletableFuture<Void>> waiting, K key, Duration patience)
            throws InterruptedException {
        CompletableFuture<Void> settled = waiting.computeIfAbsent(key, absent -> new CompletableFuture<>());
        LockSupport.unpark(thread);
        try {
            settled.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false; // others may go on waiting for the same, so it stays until it is settled
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void loop() {
        while (!closed) {
            if (tasks.isEmpty() && workflows.isEmpty()) {
                LockSupport.park();
                continue;
            }
            long askedAt = System.nanoTime();
            try {
                look();
            } catch (DataAccessException e) {
                log.debug("cannot look for settled tasks, looking again", e);
            }
            // a large workflow takes long to look through: spend no more than half the time on it
            LockSupport.parkNanos(Math.max(LOOK_EVERY_NANOS, System.nanoTime() - askedAt));
        }
    }

    private void look() {
        if (!tasks.isEmpty()) {
            store.settledTasks(tasks.keySet()).forEach(id -> settle(tasks, id));
        }
        if (!workflows.isEmpty()) {
            store.settledWorkflows(workflows.keySet()).forEach(id -> settle(workflows, id));
        }
    }

    private static <K> void settle(Map<K, CompletableFuture<Void>> waiting, K key) {
        CompletableFuture<Void> settled = waiting.remove(key);
        if (settled != null) {
            settled.complete(null);
        }
    }

    @Override
    public void close() {
        closed = true;
        Threads.awaitEnd(thread, Duration.ofSeconds(3));
    }
}
