package escapement.branch;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * How a task ended, after its last attempt.
 *
 * @param succeeded whether it is COMPLETED; else it is FAILED
 * @param result what its action returned, as stored; null when there is none, which is the same as JSON null
 */
public record End(boolean succeeded, @Nullable JsonNode result) {
    /** What a condition may look at: a failed task has no result. */
    JsonNode seen() {
        return succeeded && result != null ? result : Json.nodes().nullNode();
    }
}
