package escapement.queue;

import escapement.action.RiskLevel;
import escapement.queue.SubmitStore.Row;
import escapement.retry.BackoffJson;
import escapement.task.NewTask;
import escapement.task.OnDependencyFailure;
import org.jspecify.annotations.Nullable;

/** What was asked for, as the columns that hold it. Thread-safe. */
final class Rows {
    private final Names names;
    private final ClaimOrder claimOrder;

    Rows(Names names, ClaimOrder claimOrder) {
        this.names = names;
        this.claimOrder = claimOrder;
    }

    /** The row of a task as if it had to do with no other. */
    Row of(long id, NewTask task, RiskLevel minimumRisk, Origin origin) {
        return new Row(
                id,
                names.action(task.actionName()),
                names.queue(task.queue()),
                task.maxAttempts(),
                claimOrder.place(task.priority(), task.deadlineAt()),
                task.priority(),
                task.riskLevel().atLeast(minimumRisk),
                task.confidenceScore(),
                task.description(),
                task.workflowId() != null ? task.workflowId() : origin.workflowId(),
                origin.createdBy(),
                task.runAt(),
                task.delay() == null ? null : task.delay().toMillis(),
                task.timeout() == null ? null : task.timeout().toMillis(),
                task.actionParams(),
                task.metadata(),
                BackoffJson.write(task.backoff()),
                task.dryRun() || origin.dryRun(),
                null,
                false,
                0,
                task.onDependencyFailure() == OnDependencyFailure.SKIP,
                !task.references().isEmpty(),
                false,
                origin.parentId(),
                task.startBy(),
                task.deadlineAt(),
                task.atRiskPercent(),
                task.rationale());
    }

    /**
     * Where tasks come from.
     *
     * @param workflowId of those that name none; null: each is a workflow of its own
     * @param parentId the task whose branch makes them
     * @param dryRun whether all of them are dry runs
     */
    record Origin(
            String createdBy,
            @Nullable String workflowId,
            @Nullable Long parentId,
            boolean dryRun) {}
}
