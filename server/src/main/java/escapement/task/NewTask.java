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
        List<NewBranch> branches,
        @Nullable Instant startBy, // never begun by then, it ends SKIPPED; null: it may begin whenever
        @Nullable Instant deadlineAt, // by when it should have ended; null for none
        int atRiskPercent, // the share of the time from submit to deadline after which it is at risk
        @Nullable String rationale) { // what the submitter says about it, JSON object as text

    public static final int DEFAULT_MAX_ATTEMPTS = 3;
    public static final int DEFAULT_AT_RISK_PERCENT = 80;
    public static final String DEFAULT_QUEUE = "default";

    /** The same with its sensitive values sealed. */
    public NewTask sealed(String params, List<NewBranch> sealedBranches, @Nullable IdempotencyKey sealedKey) {
        return new NewTask(
                actionName,
                params,
                description,
                queue,
                workflowId,
                priority,
                riskLevel,
                confidenceScore,
                maxAttempts,
                backoff,
                runAt,
                delay,
                timeout,
                metadata,
                dryRun,
                dependencies,
                onDependencyFailure,
                sealedKey,
                references,
                sealedBranches,
                startBy,
                deadlineAt,
                atRiskPercent,
                rationale);
    }

    /** Whether something is to happen to it at a time, besides that it may start. */
    public boolean hasMoments() {
        return startBy != null
                || deadlineAt != null
                || dependencies.stream().anyMatch(dependency -> dependency.timeout() != null);
    }
}
