package escapement.state;

import escapement.task.TaskStatus;
import org.jspecify.annotations.Nullable;

/** Which tasks an export holds; null: any. @param ended those that have ended, or those that have not */
public record StateFilter(
        @Nullable TaskStatus status,
        @Nullable Boolean ended,
        @Nullable String action,
        @Nullable String queue,
        @Nullable String workflowId) {}
