package escapement.action;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an attempt ended, as the action says or as its runner saw it. */
public sealed interface Outcome {
    /** Done. The result is stored with the task; null for none. */
    record Succeeded(@Nullable JsonNode result) implements Outcome {}

    /** Not done on purpose: this is what would have been done. The result always says {@code "dry_run": true}. */
    record DryRun(ObjectNode result) implements Outcome {
        public DryRun {
            ObjectNode marked = JsonNodeFactory.instance.objectNode().put("dry_run", true);
            marked.setAll(result);
            result = marked.put("dry_run", true);
        }

        /** For a plan of any kind: what is no object stands under {@code plan}. @param plan null for none */
        public static DryRun of(@Nullable JsonNode plan) {
            if (plan instanceof ObjectNode object) {
                return new DryRun(object);
            }
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            if (plan != null && !plan.isNull() && !plan.isMissingNode()) {
                result.set("plan", plan);
            }
            return new DryRun(result);
        }
    }

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
