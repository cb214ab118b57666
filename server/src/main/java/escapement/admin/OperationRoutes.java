package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.json.Storable;
import escapement.queue.Operation;
import escapement.queue.Operations;
import escapement.queue.Operations.Matched;
import escapement.queue.Operations.Started;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;

/** Do something to many tasks: preview, start, follow, stop. */
public final class OperationRoutes implements Routes {
    private static final Set<String> LIST_PARAMETERS = Set.of("limit", "cursor");

    private final Operations operations;
    private final Refusals refusals;

    public OperationRoutes(Operations operations, Refusals refusals) {
        this.operations = operations;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post("/api/v1/operations", this::start, Needs.OPERATOR);
        routes.get("/api/v1/operations", this::list, Needs.VIEWER);
        routes.get("/api/v1/operations/{id}", this::show, Needs.VIEWER);
        routes.post("/api/v1/operations/{id}/stop", this::stop, Needs.OPERATOR);
    }

    private void start(Context ctx) {
        OperationRequest request = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), OperationRequest::read);
        if (request.preview()) {
            TaskRoutes.answer(ctx, OperationJson.of(operations.preview(request.asked())));
            return;
        }
        switch (operations.start(Caller.of(ctx), request.asked(), request.reason(), request.expected())) {
            case Started.Running started -> {
                ctx.status(202)
                        .header(
                                "Location",
                                "/api/v1/operations/" + started.operation().id());
                TaskRoutes.answer(ctx, OperationJson.of(started.operation()));
            }
            case Started.TooMany tooMany ->
                throw refusals.conflict(
                        ctx,
                        "operation.start",
                        request.asked().action().name(),
                        request.reason(),
                        "the filter matches " + count(tooMany.matched())
                                + " tasks now and at most " + request.expected().getAsInt()
                                + " were expected: nothing is done, look at the preview again");
        }
    }

    private static String count(Matched matched) {
        return (matched.more() ? "more than " : "") + matched.tasks();
    }

    private void list(Context ctx) {
        Query query = new Query(ctx, LIST_PARAMETERS);
        int limit = query.integer("limit", 1, TaskRoutes.MAX_PAGE, TaskRoutes.PAGE);
        long before = TaskRoutes.cursor(query);
        query.check();

        List<Operation> found = operations.list(before, limit + 1);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        found.stream().limit(limit).forEach(operation -> items.add(OperationJson.of(operation)));
        answer.put(
                "next",
                found.size() > limit
                        ? TaskRoutes.cursorAfter(found.get(limit - 1).id())
                        : null);
        TaskRoutes.answer(ctx, answer);
    }

    private void show(Context ctx) {
        TaskRoutes.answer(ctx, OperationJson.of(operations.find(id(ctx)).orElseThrow(() -> noOperation(ctx))));
    }

    private void stop(Context ctx) {
        String reason = ControlRoutes.reason(ctx);
        Operation operation = operations.stop(Caller.of(ctx), id(ctx), reason).orElseThrow(() -> noOperation(ctx));
        if (operation.status() == Operation.Status.FINISHED) {
            throw refusals.conflict(
                    ctx,
                    "operation.stop",
                    Long.toString(operation.id()),
                    reason,
                    "operation " + operation.id() + " has finished already");
        }
        TaskRoutes.answer(ctx, OperationJson.of(operation));
    }

    private static long id(Context ctx) {
        try {
            return Long.parseLong(ctx.pathParam("id"));
        } catch (NumberFormatException e) {
            throw noOperation(ctx);
        }
    }

    private static ProblemException noOperation(Context ctx) {
        return ProblemException.notFound("there is no operation '" + Storable.shorten(ctx.pathParam("id")) + "'");
    }
}
