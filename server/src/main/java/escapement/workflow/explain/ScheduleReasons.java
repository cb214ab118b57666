package escapement.workflow.explain;

import escapement.json.Storable;
import escapement.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** It waits for a time: its first run, or the end of a back-off. */
final class ScheduleReasons implements ReasonFinder {
    private final RunStore store = new RunStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        Instant runAt = store.runAt(tx, subject.id()).orElse(null);
        if (runAt == null) {
            return List.of();
        }
        Duration left = subject.until(runAt);
        if (subject.status() == TaskStatus.BLOCKED) {
            return left.isPositive()
                    ? List.of(due("NOT_BEFORE", "does not run before " + runAt, runAt, left))
                    : List.of();
        }
        String when = left.isPositive()
                ? "runs at " + runAt + ", in " + Reason.inWords(left)
                : "has been due for " + Reason.inWords(left) + ", is made ready within a second";
        return List.of(
                subject.attempt() == 0
                        ? due("FIRST_RUN", when + ", for the first time", runAt, left)
                        : again(store.lastAttempt(tx, subject.id()).orElse(null), subject, when, runAt, left));
    }

    private static Reason again(
            RunStore.@Nullable LastAttempt last, Subject subject, String when, Instant runAt, Duration left) {
        String outcome = last == null ? "FAILED" : last.outcome();
        String error = last == null ? null : last.error();
        String message = "%s, after %s ended %s".formatted(when, subject.attempts(), outcome)
                + (error == null ? "" : ": " + Storable.shorten(error));
        return subject.withAttempts(due("BACK_OFF", message, runAt, left))
                .with("outcome", outcome)
                .with("error", error);
    }

    private static Reason due(String code, String message, Instant runAt, Duration left) {
        return Reason.of(code, message).with("run_at", runAt).with("in_seconds", left);
    }
}
