package escapement.access;

import org.jspecify.annotations.Nullable;

/**
 * What somebody changed, or was refused to change, as it is to be recorded.
 *
 * @param operation such as {@code queue.hold}
 * @param target what it was done to
 * @param detail what exactly, a JSON object as text
 */
public record AuditChange(
        String operation,
        String target,
        @Nullable String reason, // as the person gave it; null when none was asked for
        Outcome outcome,
        @Nullable String oldValue, // JSON as text; null when that is not told
        @Nullable String newValue, // likewise
        String detail) {

    /** Whether it came to be. */
    public enum Outcome {
        DONE,
        REFUSED
    }

    public static AuditChange done(String operation, String target, @Nullable String reason) {
        return new AuditChange(operation, target, reason, Outcome.DONE, null, null, "{}");
    }

    /** For what the state of the target did not allow; the detail is to say what stood against it. */
    public static AuditChange refused(String operation, String target, @Nullable String reason) {
        return new AuditChange(operation, target, reason, Outcome.REFUSED, null, null, "{}");
    }

    public AuditChange values(@Nullable String before, @Nullable String after) {
        return new AuditChange(operation, target, reason, outcome, before, after, detail);
    }

    public AuditChange detail(String json) {
        return new AuditChange(operation, target, reason, outcome, oldValue, newValue, json);
    }
}
