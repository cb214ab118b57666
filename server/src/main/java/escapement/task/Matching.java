package escapement.task;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which tasks something is to be done to. */
public record Matching(
        TaskFilter filter,
        Set<TaskStatus> statuses, // all of tasks that can still change, or all of ended ones
        @Nullable Priority otherThan) { // null: of any priority

    public Matching {
        statuses = Set.copyOf(statuses);
        if (statuses.isEmpty()
                || statuses.stream().map(TaskStatus::isTerminal).distinct().count() > 1) {
            throw new IllegalArgumentException("statuses must be all terminal or all not, got " + statuses);
        }
    }

    boolean ended() {
        return statuses.iterator().next().isTerminal();
    }
}
