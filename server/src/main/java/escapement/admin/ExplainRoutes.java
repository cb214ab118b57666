package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.workflow.explain.Explainer;
import escapement.workflow.explain.Explanation;
import escapement.workflow.explain.Reason;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** Say why a task is not running. */
public final class ExplainRoutes implements Routes {
    private final Explainer explainer;

    public ExplainRoutes(Explainer explainer) {
        this.explainer = explainer;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/tasks/{id}/explain", this::explain, Needs.VIEWER);
    }

    private void explain(Context ctx) {
        Explanation explanation = explainer.explain(TaskRoutes.id(ctx)).orElseThrow(() -> TaskRoutes.noTask(ctx));
        ObjectNode answer = Json.nodes()
                .objectNode()
                .put("task_id", Long.toString(explanation.taskId()))
                .put("status", explanation.status().name())
                .put("summary", explanation.summary());
        ArrayNode reasons = answer.putArray("reasons");
        for (Reason reason : explanation.reasons()) {
            reasons.addObject()
                    .put("code", reason.code())
                    .put("message", reason.message())
                    .setAll(reason.facts());
        }
        TaskRoutes.answer(ctx, answer);
    }
}
