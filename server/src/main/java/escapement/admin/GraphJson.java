package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.workflow.WorkflowGraph;
import escapement.workflow.WorkflowGraph.Branch;
import escapement.workflow.WorkflowGraph.Dependency;
import escapement.workflow.WorkflowGraph.Edge;
import escapement.workflow.WorkflowGraph.Node;
import org.jspecify.annotations.Nullable;

/** A workflow's graph as JSON. */
final class GraphJson {
    private GraphJson() {}

    static ObjectNode of(WorkflowGraph graph) {
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("workflow_id", graph.workflowId())
                .put("task_count", graph.taskCount())
                .put("truncated", graph.truncated());
        ArrayNode nodes = json.putArray("nodes");
        graph.nodes().forEach(node -> put(nodes.addObject(), node));
        ArrayNode edges = json.putArray("edges");
        graph.edges().forEach(edge -> put(edges.addObject(), edge));
        return json;
    }

    private static void put(ObjectNode json, Node node) {
        json.put("id", Long.toString(node.id()))
                .put("description", node.description())
                .put("action_name", node.actionName())
                .put("status", node.status().name())
                .put("priority", node.priority().name())
                .put("risk_level", node.riskLevel().name())
                .put("confidence_score", node.confidenceScore())
                .put("attempt_count", node.attemptCount())
                .put("parent_id", id(node.parentId()))
                .put("external", node.external());
    }

    private static void put(ObjectNode json, Edge edge) {
        switch (edge) {
            case Dependency dependency ->
                json.put("kind", "dependency")
                        .put("from", Long.toString(dependency.from()))
                        .put("to", Long.toString(dependency.to()))
                        .put("required_status", dependency.required().name())
                        .put("met", dependency.met())
                        .put("timeout_seconds", dependency.timeoutSeconds());
            case Branch branch ->
                json.put("kind", "branch")
                        .put("from", Long.toString(branch.from()))
                        .put("to", id(branch.to()))
                        .put("position", branch.position())
                        .put("condition", branch.condition())
                        .put("action_name", branch.actionName())
                        .put("taken", branch.taken())
                        .put("error", branch.error());
        }
    }

    private static @Nullable String id(@Nullable Long id) {
        return id == null ? null : Long.toString(id);
    }
}
