package escapement.queue;

import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a file says has happened to a task before it came here.
 *
 * @param key under which the task is known, so that the same file can come again
 * @param status where it stands: an end, or {@code PENDING} for a task that is to run
 * @param attempts first to last
 * @param attemptsLeft how many more it may make by itself, or on a person's retry if it FAILED
 * @param createdBy null: who brings it answers for it
 * @param completedAt null unless it has ended
 * @param result JSON text; null for none
 * @param reason why it ended so; null when its attempts say it
 */
public record Past(
        String key,
        TaskStatus status,
        Instant createdAt,
        List<Attempt> attempts,
        int attemptsLeft,
        @Nullable String createdBy,
        @Nullable Instant completedAt,
        @Nullable String result,
        @Nullable String reason) {

    /** How the reason of a FAILED task begins whose retry makes the attempts that were left, and no more. */
    public static final String RESUMABLE = "RESUMABLE";

    public Past {
        attempts = List.copyOf(attempts);
        if (status.isTerminal() == (completedAt == null)) {
            throw new IllegalArgumentException("key " + key + ": " + status + ", completed at " + completedAt);
        }
    }

    public boolean hasEnded() {
        return status.isTerminal();
    }

    /** One of its attempts; its number is its place. */
    public record Attempt(
            AttemptOutcome outcome,
            Instant startedAt,
            Instant endedAt,
            @Nullable String error) {}
}
