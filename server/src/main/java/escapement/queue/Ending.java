package escapement.queue;

import escapement.action.Outcome;
import escapement.json.Storable;
import escapement.retry.BackoffJson;
import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The end of one attempt and what becomes of its task.
 *
 * @param next where the task goes; SCHEDULED after {@code delayMillis}
 * @param result JSON text; null for none
 * @param countsAsAttempt whether it uses up one of the task's attempts
 * @param endedNanoTime {@link System#nanoTime()} when the action ended
 */
record Ending(
        ClaimedTask task,
        AttemptOutcome outcome,
        TaskStatus next,
        long delayMillis,
        boolean countsAsAttempt,
        @Nullable String result,
        @Nullable String error,
        long runNanos,
        long endedNanoTime) {

    private static final int MAX_ERROR = 20_000;
    private static final Duration LONGEST_DELAY = Duration.ofDays(3660); // as at submit

    /** Decides what follows {@code outcome}. */
    static Ending of(ClaimedTask task, Outcome outcome, long runNanos, long endedNanoTime) {
        return switch (outcome) {
            case Outcome.Succeeded succeeded ->
                end(
                        task,
                        AttemptOutcome.SUCCEEDED,
                        TaskStatus.COMPLETED,
                        resultText(succeeded),
                        null,
                        runNanos,
                        endedNanoTime);
            case Outcome.DryRun dryRun ->
                end(
                        task,
                        AttemptOutcome.DRY_RUN,
                        TaskStatus.COMPLETED,
                        ResultText.of(dryRun.result()),
                        null,
                        runNanos,
                        endedNanoTime);
            case Outcome.Failed failed ->
                failure(task, AttemptOutcome.FAILED, failed.error(), failed.retryable(), runNanos, endedNanoTime);
            case Outcome.TimedOut timedOut ->
                failure(
                        task,
                        AttemptOutcome.TIMEOUT,
                        "timed out after " + timedOut.limit().toMillis() + " ms",
                        true,
                        runNanos,
                        endedNanoTime);
            case Outcome.Cancelled cancelled ->
                end(
                        task,
                        AttemptOutcome.CANCELLED,
                        TaskStatus.CANCELLED,
                        null,
                        cancelled.reason(),
                        runNanos,
                        endedNanoTime);
            case Outcome.Snoozed snoozed ->
                again(task, AttemptOutcome.SNOOZED, snoozed.delay(), false, null, runNanos, endedNanoTime);
            case Outcome.Lost lost ->
                again(task, AttemptOutcome.LOST, Duration.ZERO, false, lost.reason(), runNanos, endedNanoTime);
        };
    }

    private static Ending failure(
            ClaimedTask task,
            AttemptOutcome outcome,
            String error,
            boolean retryable,
            long runNanos,
            long endedNanoTime) {
        int failures = task.failuresBefore() + 1;
        return retryable && failures < task.maxAttempts()
                ? again(task, outcome, backoff(task, failures), true, error, runNanos, endedNanoTime)
                : end(task, outcome, TaskStatus.FAILED, null, error, runNanos, endedNanoTime);
    }

    private static Duration backoff(ClaimedTask task, int failures) {
        return BackoffJson.parse(task.retry())
                .after(failures, ThreadLocalRandom.current().nextDouble());
    }

    private static Ending end(
            ClaimedTask task,
            AttemptOutcome outcome,
            TaskStatus status,
            @Nullable String result,
            @Nullable String error,
            long runNanos,
            long endedNanoTime) {
        return new Ending(task, outcome, status, 0, true, result, mended(error), runNanos, endedNanoTime);
    }

    private static Ending again(
            ClaimedTask task,
            AttemptOutcome outcome,
            Duration delay,
            boolean counts,
            @Nullable String error,
            long runNanos,
            long endedNanoTime) {
        TaskStatus next = delay.isPositive() ? TaskStatus.SCHEDULED : TaskStatus.PENDING;
        long delayMillis = (delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY).toMillis();
        return new Ending(task, outcome, next, delayMillis, counts, null, mended(error), runNanos, endedNanoTime);
    }

    /** The same end with its result replaced by a note, for a result that PostgreSQL refuses after all. */
    Ending withoutResult(String why) {
        return new Ending(
                task,
                outcome,
                next,
                delayMillis,
                countsAsAttempt,
                ResultText.unstorable(why),
                error == null ? null : "(unstorable)",
                runNanos,
                endedNanoTime);
    }

    private static @Nullable String resultText(Outcome.Succeeded succeeded) {
        return succeeded.result() == null ? null : ResultText.of(succeeded.result());
    }

    private static @Nullable String mended(@Nullable String error) {
        return error == null ? null : Storable.mend(error, MAX_ERROR);
    }
}
