package escapement.queue;

import escapement.task.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * A task that has just ended, in the transaction that ends it.
 *
 * @param attempt the number of its last attempt; 0 when it never ran
 * @param result JSON text; null for none
 * @param cancelled whether somebody wanted it stopped; then none of its branches is taken, however it ended
 * @param mayBranch false when it is known to have no branches, which saves the question
 * @param dryRun whether its last attempt was not for real, be it for its own sake or for the mode at its claim
 */
record End(
        long id,
        TaskStatus status,
        int attempt,
        @Nullable String result,
        boolean cancelled,
        boolean mayBranch,
        boolean dryRun) {

    End(long id, TaskStatus status, int attempt, @Nullable String result, boolean cancelled) {
        this(id, status, attempt, result, cancelled, true, false);
    }

    /** With what is known from its claim. */
    End of(ClaimedTask task) {
        return new End(id, status, attempt, result, cancelled, task.hasBranches(), task.dryRun());
    }
}
