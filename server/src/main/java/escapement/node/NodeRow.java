package escapement.node;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a node stands.
 *
 * @param incarnation grows with every start of any node
 * @param limit how many tasks it may run at once
 * @param heartbeatAt when it last renewed its lease
 * @param leaseUntil from then on it counts as dead, unless it renews the lease
 * @param stoppedAt when it ended its lease itself; null unless it did
 * @param clockAheadMs how far its clock was ahead of the database's, negative when behind, as it last noted; null before that
 * @param actions that it offers, by name
 */
public record NodeRow(
        int incarnation,
        String name,
        String version,
        boolean alive,
        long running,
        int limit,
        Instant startedAt,
        Instant heartbeatAt,
        Instant leaseUntil,
        @Nullable Instant stoppedAt,
        @Nullable Long clockAheadMs,
        List<String> actions) {
    public NodeRow {
        actions = List.copyOf(actions);
    }
}
