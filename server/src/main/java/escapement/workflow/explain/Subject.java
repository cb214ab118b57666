package escapement.workflow.explain;

import escapement.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The task that is explained, in what every reason may need.
 *
 * @param now by the database's clock, the same for all reasons
 * @param attempt how often it started, the running attempt included
 * @param uncounted those of them that use up none of {@code maxAttempts}
 */
record Subject(
        long id,
        TaskStatus status,
        @Nullable String reason, // what the row itself says
        Instant now,
        int attempt,
        int uncounted,
        int maxAttempts) {

    Duration since(Instant time) {
        return Duration.between(time, now);
    }

    Duration until(Instant time) {
        return Duration.between(now, time);
    }

    /** {@code attempt 2 of 3}. */
    String attempts() {
        return uncounted == 0
                ? "attempt %d of %d".formatted(attempt, maxAttempts)
                : "attempt %d (%d of %d that count)".formatted(attempt, attempt - uncounted, maxAttempts);
    }

    Reason withAttempts(Reason reason) {
        return reason.with("attempt", attempt)
                .with("counted_attempts", attempt - uncounted)
                .with("max_attempts", maxAttempts);
    }
}
