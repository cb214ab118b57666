package escapement.task;

import escapement.action.RiskLevel;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task as it stands, without what may be large. */
public record Task(
        long id,
        @Nullable String description,
        String actionName,
        String queue,
        String workflowId,
        @Nullable Long parentId,
        Priority priority,
        RiskLevel riskLevel,
        @Nullable BigDecimal confidenceScore,
        TaskStatus status,
        @Nullable String reason, // why it is BLOCKED or ended without an attempt; else null
        int attemptCount, // starts so far, those included that use up no attempt
        int maxAttempts,
        Instant createdAt,
        String createdBy,
        @Nullable Instant runAt, // while SCHEDULED
        @Nullable Instant startedAt, // of the latest attempt
        @Nullable Instant completedAt, // once it has ended
        @Nullable String error, // of the latest attempt, unless that succeeded
        boolean dryRun, // its action is not run
        int version, // grows with every edit
        @Nullable Instant startBy,
        @Nullable Instant deadlineAt,
        @Nullable Boolean onTime) {} // once it is COMPLETED or FAILED, if it had a deadline
