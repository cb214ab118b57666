package escapement.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import escapement.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened, as it is to be told.
 *
 * @param detail JSON text
 * @param tries how often it was sent before, in vain
 */
record Delivery(
        long id,
        String event,
        Instant at,
        @Nullable String task, // JSON text; null when it is about no task
        String detail,
        int tries) {

    String body() {
        ObjectNode json = Json.nodes().objectNode().put("event", event).put("at", at.toString());
        json.putRawValue("task", new RawValue(task == null ? "null" : task));
        json.putRawValue("detail", new RawValue(detail));
        return Json.write(json);
    }

    @Override
    public String toString() {
        return "delivery " + id + " (" + event + ")";
    }
}
