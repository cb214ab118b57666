package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.node.NodeListStore;
import escapement.node.NodeRow;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Set;

/** Which nodes live, and what they do. */
public final class NodeRoutes implements Routes {
    private final NodeListStore nodes;

    public NodeRoutes(NodeListStore nodes) {
        this.nodes = nodes;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/nodes", this::list, Needs.VIEWER);
    }

    private void list(Context ctx) {
        new Query(ctx, Set.of()).check();
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        nodes.list().forEach(node -> items.add(json(node)));
        answer.putNull("next");
        TaskRoutes.answer(ctx, answer);
    }

    private static ObjectNode json(NodeRow node) {
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("name", node.name())
                .put("incarnation", node.incarnation())
                .put("version", node.version())
                .put("alive", node.alive())
                .put("running", node.running())
                .put("limit", node.limit())
                .put("started_at", node.startedAt().toString())
                .put("heartbeat_at", node.heartbeatAt().toString())
                .put("lease_until", node.leaseUntil().toString())
                .put(
                        "stopped_at",
                        node.stoppedAt() == null ? null : node.stoppedAt().toString())
                .put("clock_ahead_ms", node.clockAheadMs());
        ArrayNode actions = json.putArray("actions");
        node.actions().forEach(actions::add);
        return json;
    }
}
