package escapement.task;

import escapement.action.RiskLevel;
import org.jspecify.annotations.Nullable;

/** Which tasks a list shows; null: any. */
public record TaskFilter(
        @Nullable TaskStatus status,
        @Nullable String action,
        @Nullable String queue,
        @Nullable String workflowId,
        @Nullable Priority priority,
        @Nullable RiskLevel riskLevel) {}
