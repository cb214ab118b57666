package escapement.queue;

import escapement.task.Priority;
import escapement.task.TaskStatus;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A live task as an edit finds it, locked: what may be edited and what decides whether it may. */
record WaitingTask(
        TaskStatus status,
        int version,
        int attempts, // starts so far
        int usedAttempts, // of them, those that count
        Priority priority,
        @Nullable Instant runAt, // while SCHEDULED, or to be kept while BLOCKED
        @Nullable BigDecimal confidenceScore,
        @Nullable String description,
        String actionParams,
        int maxAttempts,
        Instant now) { // by the database's clock

    boolean waits() {
        return status != TaskStatus.IN_PROGRESS;
    }
}
