package escapement.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The nodes of a workflow as its editor saved them, as the tasks that they stand for. */
final class Snapshots {
    private static final Map<String, String> CONDITIONS = Map.of("on_success", "success", "on_failure", "failure");

    private Snapshots() {}

    static List<Node> nodes(JsonNode snapshot, String at) {
        JsonNode workflow = snapshot.path("workflow");
        List<Node> nodes = new ArrayList<>();
        for (JsonNode node : workflow.path("nodes")) {
            nodes.add(new Node(task(snapshot, workflow, node), at + "/workflow/nodes/" + nodes.size()));
        }
        return nodes;
    }

    /** What the branches of such a task name. */
    static List<String> targets(ObjectNode task) {
        return task.path("conditional_branches").findValuesAsText("next_task_id");
    }

    private static ObjectNode task(JsonNode snapshot, JsonNode workflow, JsonNode node) {
        String prefix = snapshot.path("id").asText() + "/";
        ObjectNode task =
                Json.nodes().objectNode().put("id", prefix + node.path("id").asText());
        copy(node, "title", task, "description");
        copy(node, "tool", task, "action_name");
        copy(node, "priority", task, "priority");
        copy(node, "risk", task, "risk_level");
        copy(node, "confidence", task, "confidence_score");
        copy(workflow, "id", task, "workflow_id");
        if (node.path("retries").canConvertToInt()) {
            task.put("max_attempts", node.path("retries").intValue() + 1); // the first start is no retry
        }
        ArrayNode dependencies = task.putArray("dependencies");
        node.path("dependencies").forEach(upstream -> dependencies.add(prefix + upstream.asText()));
        ArrayNode branches = task.putArray("conditional_branches");
        for (JsonNode branch : node.path("branches")) {
            String condition = branch.path("condition").asText();
            branches.addObject()
                    .put("condition_type", CONDITIONS.getOrDefault(condition, condition))
                    .put("next_task_id", prefix + branch.path("nextTaskId").asText());
        }
        ObjectNode metadata = task.putObject("metadata");
        copy(snapshot, "label", metadata, "snapshot");
        copy(workflow, "name", metadata, "workflow_name");
        copy(node, "position", metadata, "position");
        return task;
    }

    private static void copy(JsonNode from, String field, ObjectNode to, String as) {
        if (from.hasNonNull(field)) {
            to.set(as, from.get(field));
        }
    }

    /** @param path where the node stands in the file */
    record Node(ObjectNode task, String path) {}
}
