package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import escapement.catalog.Catalog;
import escapement.catalog.CatalogEntry;
import escapement.json.Json;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** What tasks can do here. */
public final class ActionRoutes implements Routes {
    private final Catalog catalog;

    public ActionRoutes(Catalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/actions", this::list, Needs.VIEWER);
    }

    private void list(Context ctx) {
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        for (CatalogEntry entry : catalog.list()) {
            ObjectNode item = items.addObject().put("name", entry.name()).put("description", entry.description());
            item.putRawValue(
                    "params_schema", new RawValue(entry.paramsSchema() == null ? "null" : entry.paramsSchema()));
            item.put("minimum_risk", entry.minimumRisk().name());
            item.put("success_false_is_failure", entry.softFailure());
            item.put("dry_run", entry.dryRun());
            ArrayNode nodes = item.putArray("nodes");
            entry.nodes().forEach(nodes::add);
        }
        answer.putNull("next");
        ctx.contentType("application/json").result(Json.write(answer));
    }
}
