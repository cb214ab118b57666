package escapement.queue;

import escapement.task.Matching;
import escapement.task.Priority;
import escapement.task.TaskFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is to be done to which tasks. */
public record NewOperation(
        OperationAction action,
        TaskFilter filter,
        @Nullable Priority priority) { // to be given; null unless the action is REPRIORITISE

    public NewOperation {
        if ((action == OperationAction.REPRIORITISE) != (priority != null)) {
            throw new IllegalArgumentException("a priority goes with REPRIORITISE, got " + action + " " + priority);
        }
        if (filter.status() != null && !action.statuses().contains(filter.status())) {
            throw new IllegalArgumentException(action + " cannot be done to tasks that are " + filter.status());
        }
    }

    /** The tasks it can change; one that has the priority already is none of them. */
    Matching matching() {
        return new Matching(filter, filter.status() == null ? action.statuses() : Set.of(filter.status()), priority);
    }
}
