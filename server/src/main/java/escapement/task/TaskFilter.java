package escapement.task;

import escapement.action.RiskLevel;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which tasks a list shows; null: any. */
public record TaskFilter(
        @Nullable TaskStatus status,
        @Nullable String action,
        @Nullable String queue,
        @Nullable String workflowId,
        @Nullable Priority priority,
        @Nullable RiskLevel riskLevel,
        Between<BigDecimal> confidence, // a task that states none lies in no span
        Between<Instant> created,
        @Nullable String createdBy,
        @Nullable String description, // a part of it, in any case
        @Nullable String error, // a part of the one that the task shows, in any case; # stands for any number
        @Nullable Member metadata,
        List<Long> ids) { // empty: any
    public static final TaskFilter ALL = new TaskFilter(
            null, null, null, null, null, null, Between.any(), Between.any(), null, null, null, null, List.of());

    public TaskFilter {
        ids = List.copyOf(ids);
    }

    public TaskFilter withStatus(@Nullable TaskStatus other) {
        return new TaskFilter(
                other,
                action,
                queue,
                workflowId,
                priority,
                riskLevel,
                confidence,
                created,
                createdBy,
                description,
                error,
                metadata,
                ids);
    }

    /** Whether it asks for no more than a queue and a status. */
    public boolean isOfQueueAlone() {
        return withStatus(null)
                .equals(new TaskFilter(
                        null,
                        null,
                        queue,
                        null,
                        null,
                        null,
                        Between.any(),
                        Between.any(),
                        null,
                        null,
                        null,
                        null,
                        List.of()));
    }

    /** A member of the metadata and what it is, as text. */
    public record Member(String name, String value) {
        /** As {@code name=value}, or null if {@code text} is none. */
        public static @Nullable Member parse(String text) {
            int at = text.indexOf('=');
            return at <= 0 ? null : new Member(text.substring(0, at), text.substring(at + 1));
        }

        @Override
        public String toString() {
            return name + "=" + value;
        }
    }
}
