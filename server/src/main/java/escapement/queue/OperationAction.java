package escapement.queue;

import escapement.task.TaskStatus;
import java.util.EnumSet;
import java.util.Set;

/** What can be done to many tasks at once, and to which. */
public enum OperationAction {
    CANCEL(TaskStatus.BLOCKED, TaskStatus.SCHEDULED, TaskStatus.PENDING, TaskStatus.DEFERRED, TaskStatus.IN_PROGRESS),
    RETRY(TaskStatus.FAILED, TaskStatus.SKIPPED, TaskStatus.CANCELLED),
    REPRIORITISE(TaskStatus.BLOCKED, TaskStatus.SCHEDULED, TaskStatus.PENDING, TaskStatus.DEFERRED);

    private final Set<TaskStatus> statuses;

    OperationAction(TaskStatus first, TaskStatus... others) {
        statuses = java.util.Collections.unmodifiableSet(EnumSet.of(first, others));
    }

    /** The statuses of the tasks it can be done to. */
    public Set<TaskStatus> statuses() {
        return statuses;
    }
}
