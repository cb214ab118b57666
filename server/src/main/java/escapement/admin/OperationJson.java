package escapement.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.queue.NewOperation;
import escapement.queue.Operation;
import escapement.queue.Operations;
import escapement.task.TaskFilterJson;

/** Operations as JSON. */
final class OperationJson {
    private OperationJson() {}

    static ObjectNode of(Operation operation) {
        NewOperation asked = operation.asked();
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("id", Long.toString(operation.id()))
                .put("action", asked.action().name());
        json.set("filter", TaskFilterJson.write(asked.filter()));
        return json.put(
                        "priority",
                        asked.priority() == null ? null : asked.priority().name())
                .put("reason", operation.reason())
                .put("by", operation.by())
                .put("status", operation.status().name())
                .put("matched", operation.matched())
                .put("more", operation.more())
                .put("done", operation.done())
                .put("changed", operation.changed())
                .put("refused", operation.refused())
                .put("created_at", operation.createdAt().toString())
                .put(
                        "finished_at",
                        operation.finishedAt() == null
                                ? null
                                : operation.finishedAt().toString());
    }

    static ObjectNode of(Operations.Matched matched) {
        return Json.nodes().objectNode().put("matched", matched.tasks()).put("more", matched.more());
    }
}
