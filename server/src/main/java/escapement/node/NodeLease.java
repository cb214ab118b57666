package escapement.node;

import escapement.db.Database;
import escapement.thread.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this node's lease alive and frees the tasks of nodes whose lease ran out. Thread-safe.
 *
 * <p>The lease belongs to an incarnation of the process, not to tasks: one row to renew, whatever runs. Leases are compared
 * by the database's clock only. This node trusts its own lease by its monotonic clock, counted from before the last renewal
 * was sent and less a margin, so that it stops writing before anybody may take its tasks. Uses a small pool of its own:
 * renewals must not queue behind work.
 */
public final class NodeLease implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeLease.class);

    /** How often in a row a task may be held by a node that dies. */
    public static final int MOST_CRASHES = 3;

    private final NodeStore store;
    private final NodeDescription node;
    private final Duration lease;
    private final Runnable onRescue;
    private final Thread thread;
    private final Set<Integer> empty = ConcurrentHashMap.newKeySet(); // dead, and known to hold nothing for ever
    private volatile Term term;
    private volatile boolean closed;

    /**
     * Registers this node and starts renewing.
     *
     * @param database a pool of its own
     * @param lease how long it lasts after each renewal; renewed six times as often
     * @param onRescue called when tasks became ready again
     */
    public NodeLease(Database database, NodeDescription node, Duration lease, Runnable onRescue) {
        this.store = new NodeStore(database);
        this.node = node;
        this.lease = lease;
        this.onRescue = onRescue;
        this.term = register();
        if (node.ownsDataFolder()) {
            store.expireFormerOwners(term.incarnation());
        }
        this.thread = Thread.ofPlatform().name("node-lease").daemon().unstarted(this::loop);
    }

    public void start() {
        thread.start();
    }

    public String nodeName() {
        return node.name();
    }

    /** The incarnation in whose name this node claims now. */
    public int incarnation() {
        return term.incarnation();
    }

    /** Whether this node still holds the lease of {@code incarnation}, as far as it can know without asking. */
    public boolean holds(int incarnation) {
        Term now = term;
        return now.incarnation() == incarnation && System.nanoTime() - now.trustedUntil() < 0;
    }

    private void loop() {
        long renewAt = System.nanoTime() + renewEvery().toNanos();
        while (!closed) {
            long scan =
                    (long) (scanEvery().toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
            // never later than due, or a pause that the lease is to outlast might come on top of what it is late
            LockSupport.parkNanos(Math.min(scan, Math.max(1, renewAt - System.nanoTime())));
            if (closed) {
                return;
            }
            try {
                if (System.nanoTime() - renewAt >= 0) {
                    renew();
                    renewAt = System.nanoTime() + renewEvery().toNanos();
                }
                rescue();
            } catch (DataAccessException e) {
                log.warn(
                        "node {}: lease not renewed, trusted for another {} ms: {}",
                        node.name(),
                        Math.max(0, (term.trustedUntil() - System.nanoTime()) / 1_000_000),
                        e.getMessage());
            }
        }
    }

    // this node trusts its lease for five sixths of it, so that it outlasts a pause of two thirds whenever that begins
    private Duration renewEvery() {
        return lease.dividedBy(6);
    }

    private Duration scanEvery() {
        return lease.dividedBy(6);
    }

    private void renew() {
        Term current = term;
        long sentAt = System.nanoTime();
        if (store.renew(current.incarnation(), lease)) {
            term = new Term(current.incarnation(), trustedUntil(sentAt));
        } else {
            term = register();
            log.warn(
                    "node {}: incarnation {} lost its lease (paused or cut off for longer than {} s); going on as {}",
                    node.name(),
                    current.incarnation(),
                    lease.toSeconds(),
                    term.incarnation());
            onRescue.run();
        }
    }

    private Term register() {
        long sentAt = System.nanoTime();
        int incarnation = store.register(
                node.name(),
                node.version(),
                node.maxConcurrent(),
                node.actions(),
                lease,
                node.ownsDataFolder(),
                node.webhook());
        return new Term(incarnation, trustedUntil(sentAt));
    }

    private long trustedUntil(long sentAt) {
        return sentAt + lease.toNanos() - lease.dividedBy(6).toNanos();
    }

    private void rescue() {
        List<NodeStore.Dead> dead = store.dead(empty);
        if (dead.isEmpty()) {
            return;
        }
        List<Integer> nodes = dead.stream().map(NodeStore.Dead::incarnation).toList();
        int rescued = 0;
        for (int some = store.rescue(nodes); some > 0; some = store.rescue(nodes)) {
            rescued += some;
        }
        if (rescued > 0) {
            log.warn("freed {} tasks of nodes whose lease had run out", rescued);
            onRescue.run();
        }
        forget(dead);
    }

    // or each look would step over all that was claimed since the oldest open snapshot, for nodes long gone
    private void forget(List<NodeStore.Dead> dead) {
        Set<Integer> forLong = dead.stream()
                .filter(NodeStore.Dead::forLong)
                .map(NodeStore.Dead::incarnation)
                .collect(Collectors.toSet());
        if (!forLong.isEmpty()) {
            forLong.removeAll(store.holders());
            empty.addAll(forLong);
        }
    }

    /** Incarnations whose lease has run out and that may hold tasks still. */
    public List<Integer> dead() {
        return store.dead(empty).stream().map(NodeStore.Dead::incarnation).toList();
    }

    /** Frees at once what dead nodes held; the lease's own thread does it every few seconds. */
    public void rescueNow() {
        rescue();
    }

    /** Gives the lease up. To be called last, when nothing of this node runs or writes any more. */
    @Override
    public void close() {
        halt();
        try {
            store.release(term.incarnation());
        } catch (DataAccessException e) {
            log.warn("node {}: lease not given up, it runs out by itself: {}", node.name(), e.getMessage());
        }
    }

    /** Stops renewing without a word to the database, as a crash would. */
    public void halt() {
        closed = true;
        Threads.awaitEnd(thread, Duration.ofSeconds(3));
    }

    private record Term(int incarnation, long trustedUntil) {}
}
