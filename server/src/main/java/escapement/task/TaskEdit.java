package escapement.task;

import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a caller wants changed of a task that waits; null: stays as it is. Read by {@link TaskEditReader}. */
public record TaskEdit(
        int version, // of the task that the caller saw
        String reason,
        @Nullable Priority priority,
        @Nullable Wanted<Instant> runAt, // of null: as soon as possible
        @Nullable String actionParams, // JSON object, as text
        @Nullable Wanted<BigDecimal> confidenceScore,
        @Nullable Wanted<String> description,
        @Nullable Integer maxAttempts) {
    /** For a change that does not depend on what the caller saw. */
    public static final int ANY_VERSION = 0;

    /** Another confidence, and nothing else. */
    public static TaskEdit ofConfidence(BigDecimal score, String reason) {
        return new TaskEdit(ANY_VERSION, reason, null, null, null, new Wanted<>(score), null, null);
    }

    /** The same with its sensitive values sealed. */
    public TaskEdit sealed(String params) {
        return new TaskEdit(version, reason, priority, runAt, params, confidenceScore, description, maxAttempts);
    }

    /** A value to be set, which may be none. */
    public record Wanted<T>(@Nullable T value) {}
}
