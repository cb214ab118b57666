package escapement.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a task and was no attempt.
 *
 * @param by who did it; null when it came by itself
 * @param detail JSON object, as text
 */
public record TaskEvent(String kind, Instant at, @Nullable String by, String detail) {}
