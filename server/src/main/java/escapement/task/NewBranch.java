package escapement.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.branch.Condition;
import org.jspecify.annotations.Nullable;

/**
 * What may follow a task's end: another task that waits for it, or one made from a template. One of the two is given.
 *
 * @param json as the caller gave it
 * @param nextTask the id of a task, or its {@code ref} within the same batch
 */
public record NewBranch(
        Condition condition,
        @Nullable String nextTask,
        @Nullable NewTask template,
        ObjectNode json) {}
