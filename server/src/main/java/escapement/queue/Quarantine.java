package escapement.queue;

import escapement.db.Database;
import escapement.node.NodeLease;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends tasks whose node died {@value NodeLease#MOST_CRASHES} times in a row while they ran: the next rescue would cost
 * another node. A person may retry them. Any node may call it at any time. Thread-safe.
 */
public final class Quarantine {
    private static final Logger log = LoggerFactory.getLogger(Quarantine.class);
    private static final int AT_ONCE = 500;

    private final Database database;
    private final QuarantineStore store = new QuarantineStore();
    private final Supplier<List<Integer>> deadNodes;
    private final Consequences consequences;
    private final Consumer<Moved> afterMove;
    private final AtomicLong tasks = new AtomicLong();

    /**
     * @param deadNodes incarnations whose lease has run out and that may hold tasks still
     * @param afterMove called after each transaction
     */
    public Quarantine(
            Database database, Supplier<List<Integer>> deadNodes, Enqueuer enqueuer, Consumer<Moved> afterMove) {
        this.database = database;
        this.deadNodes = deadNodes;
        this.consequences = enqueuer.consequences();
        this.afterMove = afterMove;
    }

    /** Ends all there are, some hundreds a transaction. */
    public void sweep() {
        List<Integer> dead = deadNodes.get();
        if (dead.isEmpty()) {
            return;
        }
        Swept swept;
        do {
            swept = database.inTransaction(tx -> {
                List<End> ends = store.quarantine(tx, dead, AT_ONCE);
                return new Swept(ends, consequences.follow(tx, ends));
            });
            if (!swept.ends.isEmpty()) {
                tasks.addAndGet(swept.ends.size());
                log.error(
                        "{} tasks are quarantined, for their nodes died {} times in a row while they ran; the first is {}",
                        swept.ends.size(),
                        NodeLease.MOST_CRASHES,
                        swept.ends.getFirst().id());
                afterMove.accept(swept.moved);
            }
        } while (swept.ends.size() == AT_ONCE);
    }

    /** Tasks that this node has quarantined. */
    public long tasks() {
        return tasks.get();
    }

    private record Swept(List<End> ends, Moved moved) {}
}
