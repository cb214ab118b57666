package escapement.queue;

import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.task.Priority;
import escapement.task.TaskEdit;
import escapement.task.TaskEdit.Wanted;
import escapement.task.TaskStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an edit makes of a task that waits.
 *
 * @param startsAnew whether its place in the queue is that of a task that comes in now
 */
record EditedTask(
        TaskStatus status,
        Priority priority,
        @Nullable Instant runAt,
        boolean startsAnew,
        @Nullable BigDecimal confidenceScore,
        @Nullable String description,
        String actionParams,
        int maxAttempts) {

    /** Decides. @throws InvalidInputException when the task cannot have what is wanted */
    static EditedTask of(WaitingTask before, TaskEdit edit) {
        Instant runAt = runAt(before, edit.runAt());
        return new EditedTask(
                status(before, runAt),
                Objects.requireNonNullElse(edit.priority(), before.priority()),
                runAt,
                // a task in back-off keeps the place it has earned, as it does when its time comes by itself
                before.attempts() == 0 && !Objects.equals(runAt, before.runAt()),
                wanted(edit.confidenceScore(), before.confidenceScore()),
                wanted(edit.description(), before.description()),
                Objects.requireNonNullElse(edit.actionParams(), before.actionParams()),
                maxAttempts(before, edit.maxAttempts()));
    }

    /** Whether what the gate decided about the task as it was stands no more. */
    boolean isJudgedAnew(WaitingTask before) {
        return !Objects.equals(confidenceScore, before.confidenceScore())
                || !actionParams.equals(before.actionParams());
    }

    /** Whether its confidence is higher than it was. */
    boolean isSurerThan(WaitingTask before) {
        return confidenceScore != null
                && (before.confidenceScore() == null || confidenceScore.compareTo(before.confidenceScore()) > 0);
    }

    private static @Nullable Instant runAt(WaitingTask before, @Nullable Wanted<Instant> edit) {
        Instant wanted = wanted(edit, before.runAt());
        if (edit == null || wanted == null) {
            return wanted;
        }
        if (before.status() == TaskStatus.DEFERRED) {
            throw refused("/run_at", wanted, "cannot be set while the task is DEFERRED: it waits for a person first");
        }
        return wanted.isAfter(before.now()) ? wanted : null;
    }

    private static TaskStatus status(WaitingTask before, @Nullable Instant runAt) {
        return switch (before.status()) {
            case SCHEDULED, PENDING -> runAt == null ? TaskStatus.PENDING : TaskStatus.SCHEDULED;
            case BLOCKED, DEFERRED -> before.status();
            case IN_PROGRESS, COMPLETED, FAILED, SKIPPED, CANCELLED ->
                throw new IllegalArgumentException("a task that is " + before.status() + " does not wait");
        };
    }

    private static int maxAttempts(WaitingTask before, @Nullable Integer wanted) {
        if (wanted == null) {
            return before.maxAttempts();
        }
        if (wanted <= before.usedAttempts()) {
            throw refused(
                    "/max_attempts",
                    wanted,
                    "must be more than the " + before.usedAttempts()
                            + " attempts already used, for another one is to come: cancel the task to stop it");
        }
        return wanted;
    }

    private static <T> @Nullable T wanted(@Nullable Wanted<T> edit, @Nullable T before) {
        return edit == null ? before : edit.value();
    }

    private static InvalidInputException refused(String path, Object value, String message) {
        return new InvalidInputException(new Fault(path, value.toString(), message));
    }
}
