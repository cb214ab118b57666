package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.queue.Holds;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** Hold a queue and let it go on. */
final class HoldRoutes {
    private final Holds holds;
    private final Refusals refusals;

    HoldRoutes(Holds holds, Refusals refusals) {
        this.holds = holds;
        this.refusals = refusals;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/holds", this::list);
        routes.post("/api/v1/holds", this::hold);
        routes.delete("/api/v1/holds/{queue}", this::release);
    }

    private void list(Context ctx) {
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        for (Holds.Hold hold : holds.list()) {
            items.addObject()
                    .put("queue", hold.queue())
                    .put("since", hold.since().toString())
                    .put("by", hold.by())
                    .put("reason", hold.reason());
        }
        answer.putNull("next");
        ctx.contentType("application/json").result(Json.write(answer));
    }

    private void hold(Context ctx) {
        Request request = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Request::read);
        if (!holds.hold(Caller.of(ctx), request.queue(), request.reason())) {
            throw refusals.conflict(
                    ctx,
                    "queue.hold",
                    request.queue(),
                    request.reason(),
                    "the queue '" + request.queue() + "' is held already, or no task ever named it");
        }
        ctx.status(201);
        list(ctx);
    }

    private void release(Context ctx) {
        if (!holds.release(Caller.of(ctx), ctx.pathParam("queue"))) {
            throw ProblemException.notFound("the queue '" + ctx.pathParam("queue") + "' is not held");
        }
        ctx.status(204);
    }

    private record Request(String queue, String reason) {
        static Request read(Fields fields) {
            String queue = fields.requiredText("queue", 64);
            String reason = fields.requiredText("reason", 1000);
            fields.refuseUnread();
            return new Request(queue == null ? "" : queue, reason == null ? "" : reason);
        }
    }
}
