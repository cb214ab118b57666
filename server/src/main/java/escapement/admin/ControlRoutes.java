package escapement.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.queue.Cancellations;
import escapement.queue.Retries;
import escapement.task.TaskStatus;
import escapement.task.TaskStore;
import escapement.task.Waits;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Stop a task, run it again, wait for it. */
public final class ControlRoutes implements Routes {
    private static final int MAX_REASON = 1000;
    private static final int DEFAULT_WAIT_SECONDS = 30;
    private static final int LONGEST_WAIT_SECONDS = 300;
    private static final Set<String> WAIT_PARAMETERS = Set.of("timeout_seconds");

    private final Cancellations cancellations;
    private final Retries retries;
    private final Waits waits;
    private final TaskStore tasks;
    private final Refusals refusals;

    public ControlRoutes(
            Cancellations cancellations, Retries retries, Waits waits, TaskStore tasks, Refusals refusals) {
        this.cancellations = cancellations;
        this.retries = retries;
        this.waits = waits;
        this.tasks = tasks;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post("/api/v1/tasks/{id}/cancel", this::cancel, Needs.OPERATOR);
        routes.post("/api/v1/tasks/{id}/retry", this::retry, Needs.OPERATOR);
        routes.get("/api/v1/tasks/{id}/wait", this::waitForTask, Needs.VIEWER);
        routes.get("/api/v1/workflows/{id}", this::workflow, Needs.VIEWER);
        routes.post("/api/v1/workflows/{id}/cancel", this::cancelWorkflow, Needs.OPERATOR);
        routes.get("/api/v1/workflows/{id}/wait", this::waitForWorkflow, Needs.VIEWER);
    }

    private void cancel(Context ctx) {
        long id = TaskRoutes.id(ctx);
        String reason = reason(ctx);
        TaskStatus status = cancellations.cancel(Caller.of(ctx), id, reason).orElseThrow(() -> TaskRoutes.noTask(ctx));
        if (status.isTerminal() && status != TaskStatus.CANCELLED) {
            throw refusals.conflict(
                    ctx, "task.cancel", Long.toString(id), reason, "task " + id + " has ended " + status + " already");
        }
        answerTask(ctx, id);
    }

    private void retry(Context ctx) {
        long id = TaskRoutes.id(ctx);
        Retry retry = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), fields -> {
            Retry read = new Retry(reason(fields), fields.flag("downstream", false));
            fields.refuseUnread();
            return read;
        });
        int revived = retries.retry(Caller.of(ctx), id, retry.downstream(), retry.reason());
        if (revived == 0) {
            TaskStatus status = statusOf(ctx, id);
            throw refusals.conflict(
                    ctx,
                    retry.downstream() ? "task.retry_downstream" : "task.retry",
                    Long.toString(id),
                    retry.reason(),
                    "task " + id + " is " + status
                            + "; only a task that ended FAILED, CANCELLED or SKIPPED can be run again");
        }
        answerTask(ctx, id);
    }

    private void cancelWorkflow(Context ctx) {
        String id = ctx.pathParam("id");
        String reason = reason(ctx);
        counts(ctx);
        Cancellations.Cancelled cancelled = cancellations.cancelWorkflow(Caller.of(ctx), id, reason);
        ObjectNode answer = Json.nodes()
                .objectNode()
                .put("workflow_id", id)
                .put("cancelled", cancelled.waiting())
                .put("stopping", cancelled.running());
        putCounts(answer, counts(ctx));
        TaskRoutes.answer(ctx, answer);
    }

    private TaskStatus statusOf(Context ctx, long id) {
        return tasks.find(id).orElseThrow(() -> TaskRoutes.noTask(ctx)).task().status();
    }

    private void answerTask(Context ctx, long id) {
        TaskRoutes.answer(ctx, TaskJson.of(tasks.find(id).orElseThrow(() -> TaskRoutes.noTask(ctx))));
    }

    private void waitForTask(Context ctx) throws InterruptedException {
        long id = TaskRoutes.id(ctx);
        Duration patience = patience(ctx);
        statusOf(ctx, id);
        boolean settled = waits.awaitTask(id, patience);
        ObjectNode answer = answer(ctx, settled);
        putCounts(answer, Map.of(statusOf(ctx, id), 1L));
        TaskRoutes.answer(ctx, answer);
    }

    private void workflow(Context ctx) {
        ObjectNode answer = Json.nodes().objectNode().put("workflow_id", ctx.pathParam("id"));
        putCounts(answer, counts(ctx));
        TaskRoutes.answer(ctx, answer);
    }

    private void waitForWorkflow(Context ctx) throws InterruptedException {
        Duration patience = patience(ctx);
        counts(ctx);
        boolean settled = waits.awaitWorkflow(ctx.pathParam("id"), patience);
        ObjectNode answer = answer(ctx, settled).put("workflow_id", ctx.pathParam("id"));
        putCounts(answer, counts(ctx));
        TaskRoutes.answer(ctx, answer);
    }

    private Map<TaskStatus, Long> counts(Context ctx) {
        Map<TaskStatus, Long> counts = waits.counts(ctx.pathParam("id"));
        if (counts.isEmpty()) {
            throw ProblemException.notFound("no task names the workflow '" + ctx.pathParam("id") + "'");
        }
        return counts;
    }

    private static ObjectNode answer(Context ctx, boolean settled) {
        ctx.status(settled ? 200 : 202);
        return Json.nodes().objectNode().put("settled", settled);
    }

    private static void putCounts(ObjectNode answer, Map<TaskStatus, Long> counts) {
        ObjectNode json = answer.putObject("counts");
        counts.forEach((status, n) -> json.put(status.name(), n));
    }

    private static Duration patience(Context ctx) {
        Query query = new Query(ctx, WAIT_PARAMETERS);
        int seconds = query.integer("timeout_seconds", 0, LONGEST_WAIT_SECONDS, DEFAULT_WAIT_SECONDS);
        query.check();
        return Duration.ofSeconds(seconds);
    }

    /** Why, as the person says; the audit keeps it. */
    static String reason(Context ctx) {
        return Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), fields -> {
            String reason = reason(fields);
            fields.refuseUnread();
            return reason;
        });
    }

    private static String reason(Fields fields) {
        return Objects.requireNonNullElse(fields.requiredText("reason", MAX_REASON), "");
    }

    private record Retry(String reason, boolean downstream) {}
}
