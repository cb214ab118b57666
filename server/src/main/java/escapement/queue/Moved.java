package escapement.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the nodes are to hear after the commit.
 *
 * @param anyReady whether tasks became PENDING
 * @param dueAt when those that became SCHEDULED are due
 * @param anyPostponed whether dependents are left to be moved
 */
public record Moved(boolean anyReady, List<Instant> dueAt, boolean anyPostponed) {
    static final Moved NOTHING = new Moved(false, List.of(), false);
    static final Moved READY = new Moved(true, List.of(), false);
    static final Moved POSTPONED = new Moved(false, List.of(), true);

    Moved and(Moved other) {
        List<Instant> all = new ArrayList<>(dueAt);
        all.addAll(other.dueAt);
        return new Moved(anyReady || other.anyReady, all, anyPostponed || other.anyPostponed);
    }
}
