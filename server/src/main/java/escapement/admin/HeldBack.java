package escapement.admin;

import escapement.follow.Counts;
import escapement.queue.Hold;
import escapement.queue.HoldScope;
import escapement.task.TaskStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many ready tasks a hold of everything, or of their queue, keeps from starting. From the counts by queue, so those of a
 * held action are not among them.
 *
 * @param since when the first of these holds began; null when no task is held back
 */
record HeldBack(long tasks, @Nullable Instant since) {
    static HeldBack of(Counts counts, List<Hold> holds) {
        List<Hold> ofCounted = holds.stream()
                .filter(hold -> hold.scope() != HoldScope.ACTION && pending(counts, hold) > 0)
                .toList();
        boolean all = ofCounted.stream().anyMatch(hold -> hold.scope() == HoldScope.EVERYTHING);
        long tasks = all
                ? counts.tasks(TaskStatus.PENDING)
                : ofCounted.stream().mapToLong(hold -> pending(counts, hold)).sum();
        return new HeldBack(
                tasks,
                ofCounted.stream()
                        .map(Hold::since)
                        .min(Comparator.naturalOrder())
                        .orElse(null));
    }

    private static long pending(Counts counts, Hold hold) {
        return hold.name() == null
                ? counts.tasks(TaskStatus.PENDING)
                : counts.byStatus(hold.name()).getOrDefault(TaskStatus.PENDING, 0L);
    }
}
