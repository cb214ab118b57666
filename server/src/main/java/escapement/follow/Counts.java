package escapement.follow;

import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many tasks stand where and how many attempts ended how, exact at one moment. */
public record Counts(List<Change> changes) {
    /** {@code n} tasks of a queue went from one status to another, or were removed. */
    public record Change(
            String queue,
            @Nullable TaskStatus from, // null: they were submitted
            @Nullable TaskStatus to, // null: retention removed them
            @Nullable AttemptOutcome outcome, // null unless an attempt ended
            long n) {}

    public long tasks() {
        return changes.stream()
                .filter(change -> change.from() == null)
                .mapToLong(Change::n)
                .sum();
    }

    /** Tasks that retention removed; all others that were submitted stand somewhere. */
    public long removed() {
        return changes.stream()
                .filter(change -> change.to() == null)
                .mapToLong(Change::n)
                .sum();
    }

    /** Attempts that ended with one of these outcomes. */
    public long attempts(AttemptOutcome... outcomes) {
        List<AttemptOutcome> wanted = List.of(outcomes);
        return changes.stream()
                .filter(change -> change.outcome() != null && wanted.contains(change.outcome()))
                .mapToLong(Change::n)
                .sum();
    }

    /** Times that a task entered this status. */
    public long entered(TaskStatus status) {
        return changes.stream()
                .filter(change -> change.to() == status)
                .mapToLong(Change::n)
                .sum();
    }

    /** Tasks that stand there now. */
    public long tasks(TaskStatus status) {
        return changes.stream()
                .mapToLong(
                        change -> (change.to() == status ? change.n() : 0) - (change.from() == status ? change.n() : 0))
                .sum();
    }

    public Map<TaskStatus, Long> byStatus() {
        return byStatus(changes);
    }

    public Map<TaskStatus, Long> byStatus(String queue) {
        return byStatus(
                changes.stream().filter(change -> change.queue().equals(queue)).toList());
    }

    private static Map<TaskStatus, Long> byStatus(List<Change> changes) {
        Map<TaskStatus, Long> counts = new EnumMap<>(TaskStatus.class);
        for (TaskStatus status : TaskStatus.values()) {
            counts.put(status, 0L);
        }
        for (Change change : changes) {
            if (change.to() != null) {
                counts.merge(change.to(), change.n(), Long::sum);
            }
            if (change.from() != null) {
                counts.merge(change.from(), -change.n(), Long::sum);
            }
        }
        return counts;
    }
}
