package escapement.action;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an attempt ended, as the action says or as its runner saw it. */
public sealed interface Outcome {
    /** Done. The result is stored with the task; null for none. */
    record Succeeded(@Nullable JsonNode result) implements Outcome {}

    /** Not done. Retried while attempts are left, unless {@code retryable} is false because another try cannot help. */
    record Failed(String error, boolean retryable) implements Outcome {}

    /** Not yet: look again after {@code delay}. Uses up no attempt. */
    record Snoozed(Duration delay) implements Outcome {
        public Snoozed {
            Objects.requireNonNull(delay, "delay");
        }
    }

    /** Stopped on request. */
    record Cancelled(String reason) implements Outcome {}

    /** Ran longer than it was allowed to; retried like a failure. */
    record TimedOut(Duration limit) implements Outcome {
        public TimedOut {
            Objects.requireNonNull(limit, "limit");
        }
    }

    /** Given back by its node before it was done; uses up no attempt. */
    record Lost(String reason) implements Outcome {}
}
