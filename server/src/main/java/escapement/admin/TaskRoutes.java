package escapement.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.json.Storable;
import escapement.queue.Enqueuer;
import escapement.queue.Enqueuer.Accepted;
import escapement.queue.Enqueuer.Submitted;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;
import escapement.task.Submission;
import escapement.task.TaskStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;

/** Submit and show tasks. */
public final class TaskRoutes implements Routes {
    private static final int MAX_BODY = 1_000_000;
    static final int PAGE = 50;
    static final int MAX_PAGE = 200;

    private final Enqueuer enqueuer;
    private final TaskStore tasks;

    public TaskRoutes(Enqueuer enqueuer, TaskStore tasks) {
        this.enqueuer = enqueuer;
        this.tasks = tasks;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post("/api/v1/tasks", this::submit, Needs.OPERATOR);
        routes.post("/api/v1/tasks/batch", this::submitBatch, Needs.OPERATOR);
        routes.get("/api/v1/tasks/{id}", this::show, Needs.VIEWER);
        routes.get("/api/v1/tasks/{id}/attempts", this::attempts, Needs.VIEWER);
        routes.get("/api/v1/tasks/{id}/events", this::events, Needs.VIEWER);
    }

    private void submit(Context ctx) {
        byte[] body = ctx.bodyAsBytes();
        if (body.length > MAX_BODY) {
            throw new ProblemException(Problem.of(
                    413, "Too large", "a task may take " + MAX_BODY + " bytes, this one has " + body.length));
        }
        NewTask task = Fields.readAll(Json.parseInput(body), NewTaskReader::read);
        Submitted stored = enqueuer.submit(Caller.of(ctx), task);
        ctx.status(stored.existing() ? 200 : 201)
                .header("Location", "/api/v1/tasks/" + stored.task().task().id());
        answer(ctx, TaskJson.of(stored.task()).put("existing", stored.existing()));
    }

    private void submitBatch(Context ctx) {
        List<Fault> faults = new ArrayList<>();
        Fields body = new Fields(Json.parseInput(ctx.bodyAsBytes()), "", faults);
        JsonNode list = body.node("tasks");
        body.refuseUnread();
        if (list == null || !list.isArray() || list.isEmpty() || list.size() > Enqueuer.MAX_BATCH) {
            faults.add(new Fault(
                    "/tasks",
                    list == null || !list.isArray() ? null : list.size() + " tasks",
                    "must be an array of 1 to " + Enqueuer.MAX_BATCH + " tasks"));
            throw new InvalidInputException(faults);
        }

        List<Submission> batch = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            batch.add(NewTaskReader.readInBatch(new Fields(list.get(i), "/tasks/" + i, faults)));
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        List<Accepted> accepted = enqueuer.submit(Caller.of(ctx), batch);

        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode stored = answer.putArray("tasks");
        for (int i = 0; i < accepted.size(); i++) {
            stored.addObject()
                    .put("ref", batch.get(i).ref())
                    .put("id", Long.toString(accepted.get(i).id()))
                    .put("existing", accepted.get(i).existing());
        }
        ctx.status(201);
        answer(ctx, answer);
    }

    static String cursorAfter(long id) {
        return Long.toString(id, Character.MAX_RADIX);
    }

    /** Where a page begins: before this id. */
    static long cursor(Query query) {
        String cursor = query.text("cursor");
        if (cursor == null) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(cursor, Character.MAX_RADIX);
        } catch (NumberFormatException e) {
            query.fault("cursor", "is no cursor of this list: take 'next' of the page before");
            return 0;
        }
    }

    private void show(Context ctx) {
        long id = id(ctx);
        answer(ctx, TaskJson.of(tasks.find(id).orElseThrow(() -> noTask(ctx))));
    }

    private void attempts(Context ctx) {
        long id = id(ctx);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        tasks.attempts(id).forEach(attempt -> items.add(TaskJson.of(attempt)));
        if (items.isEmpty() && tasks.find(id).isEmpty()) {
            throw noTask(ctx);
        }
        answer.putNull("next");
        answer(ctx, answer);
    }

    private void events(Context ctx) {
        long id = id(ctx);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        tasks.events(id).forEach(event -> items.add(TaskJson.of(event)));
        if (items.isEmpty() && tasks.find(id).isEmpty()) {
            throw noTask(ctx);
        }
        answer.putNull("next");
        answer(ctx, answer);
    }

    static long id(Context ctx) {
        String id = ctx.pathParam("id");
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw noTask(ctx);
        }
    }

    static ProblemException noTask(Context ctx) {
        return ProblemException.notFound("there is no task '" + Storable.shorten(ctx.pathParam("id")) + "'");
    }

    static void answer(Context ctx, ObjectNode json) {
        ctx.contentType("application/json").result(Json.write(json));
    }
}
