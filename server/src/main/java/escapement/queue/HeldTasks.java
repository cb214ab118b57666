package escapement.queue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The claims this node knows it holds: waiting in line, running, or ended and not yet written. Thread-safe. */
final class HeldTasks {
    private final Set<HeldTask> held = ConcurrentHashMap.newKeySet();

    void add(List<ClaimedTask> claimed) {
        claimed.forEach(task -> held.add(HeldTask.of(task)));
    }

    void removeAll(List<ClaimedTask> tasks) {
        tasks.forEach(task -> held.remove(HeldTask.of(task)));
    }

    void remove(List<Ending> written) {
        written.forEach(ending -> held.remove(HeldTask.of(ending.task())));
    }

    boolean contains(HeldTask task) {
        return held.contains(task);
    }
}
