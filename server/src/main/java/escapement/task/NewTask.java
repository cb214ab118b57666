package escapement.task;

import escapement.action.RiskLevel;
import escapement.reference.Reference;
import escapement.retry.Backoff;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller asks for, already checked field by field by {@link NewTaskReader}. */
public record NewTask(
        String actionName,
        String actionParams, // JSON object, as text
        @Nullable String description,
        String queue,
        @Nullable String workflowId, // null: given by the batch, or the task's own id
        Priority priority,
        RiskLevel riskLevel,
        @Nullable BigDecimal confidenceScore, // 0 to 1, six decimals; null when none was stated, never imputed
        int maxAttempts,
        Backoff backoff,
        @Nullable Instant runAt, // not before this time; null: at once, or after the delay

        @Nullable
        Duration delay, // counted from the submit by the database's clock; null with runAt or when ready at once

        @Nullable Duration timeout, // how long an attempt may run; null for no limit
        @Nullable String metadata, // JSON object, as text
        boolean dryRun, // says what it would do, and does not do it
        List<NewDependency> dependencies,
        OnDependencyFailure onDependencyFailure,
        @Nullable IdempotencyKey idempotencyKey,
        List<Reference> references, // where the parameters take values from results of other tasks
        List<NewBranch> branches) {

    public static final int DEFAULT_MAX_ATTEMPTS = 3;
    public static final String DEFAULT_QUEUE = "default";
}
