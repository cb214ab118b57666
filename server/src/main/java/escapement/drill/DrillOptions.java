package escapement.drill;

import java.time.Duration;

/**
 * What to do to how large a cluster.
 *
 * @param rate tasks a second that are submitted
 * @param millis that each task runs
 * @param tasks that are submitted at least, before it ends
 * @param kills how many nodes are killed one after the other, in {@link Exercise#KILLS}
 * @param rounds how often every node is stopped and started, in {@link Exercise#ROLLING}
 * @param pin for how long the snapshot is kept, in {@link Exercise#PIN}
 * @param lease of the nodes
 * @param seed of all that is chosen by chance
 */
public record DrillOptions(
        Exercise exercise,
        int nodes,
        int rate,
        int millis,
        int tasks,
        int kills,
        int rounds,
        Duration pin,
        Duration lease,
        long seed) {
    /** What is done. */
    public enum Exercise {
        /** One node is killed, and the others take over. */
        KILL,
        /** Nodes are killed again and again, each started anew. */
        KILLS,
        /** Each node in turn is asked to stop, and started anew. */
        ROLLING,
        /** A transaction is kept open, so that nothing that is dead can be cleared away. */
        PIN
    }

    public DrillOptions {
        if (nodes < 2) {
            throw new IllegalArgumentException("nodes must be at least 2, got " + nodes);
        }
    }
}
