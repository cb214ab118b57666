package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.queue.ApprovalListStore;
import escapement.queue.Approvals;
import escapement.queue.Approvals.Result;
import escapement.queue.Edits;
import escapement.queue.PendingApproval;
import escapement.queue.Plans;
import escapement.task.Task;
import escapement.task.TaskDetail;
import escapement.task.TaskEdit;
import escapement.task.TaskEditReader;
import escapement.task.TaskStatus;
import escapement.task.TaskStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What waits for a person, with the evidence, and what the person decides. */
public final class ApprovalRoutes implements Routes {
    private static final int MAX_REASON = 1000;
    private static final int MAX_DIGEST = 64;
    private static final int LATEST = 20;

    private final Approvals approvals;
    private final ApprovalListStore list;
    private final Plans plans;
    private final Edits edits;
    private final TaskStore tasks;
    private final Refusals refusals;

    public ApprovalRoutes(
            Approvals approvals, ApprovalListStore list, Plans plans, Edits edits, TaskStore tasks, Refusals refusals) {
        this.approvals = approvals;
        this.list = list;
        this.plans = plans;
        this.edits = edits;
        this.tasks = tasks;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/approvals", this::list, Needs.VIEWER);
        routes.get("/api/v1/approvals/{id}", this::evidence, Needs.VIEWER);
        routes.get("/api/v1/tasks/{id}/decisions", this::decisions, Needs.VIEWER);
        routes.post("/api/v1/tasks/{id}/approve", this::approve, Needs.APPROVER);
        routes.post("/api/v1/tasks/{id}/reject", this::reject, Needs.APPROVER);
        routes.post("/api/v1/tasks/{id}/confidence", this::confidence, Needs.APPROVER);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx, Set.of("limit", "cursor"));
        int limit = query.integer("limit", 1, TaskRoutes.MAX_PAGE, TaskRoutes.PAGE);
        PendingApproval.Place after = ApprovalJson.place(query);
        query.check();
        List<PendingApproval> found = list.list(after, limit + 1);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        Map<Long, Task> byId = tasks
                .find(found.stream().map(PendingApproval::id).toList())
                .stream()
                .collect(Collectors.toMap(Task::id, Function.identity()));
        for (PendingApproval one : found.subList(0, Math.min(limit, found.size()))) {
            Task task = byId.get(one.id());
            if (task != null && task.status() == TaskStatus.DEFERRED) { // else decided about meanwhile
                items.add(ApprovalJson.summary(one, task));
            }
        }
        answer.put(
                "next",
                found.size() > limit ? ApprovalJson.cursor(found.get(limit - 1).place()) : null);
        TaskRoutes.answer(ctx, answer);
    }

    private void evidence(Context ctx) {
        long id = TaskRoutes.id(ctx);
        TaskDetail task = tasks.find(id).orElseThrow(() -> TaskRoutes.noTask(ctx));
        PendingApproval held = list.find(id)
                .orElseThrow(() -> ProblemException.notFound(
                        "task " + id + " is " + task.task().status() + " and waits for nobody's decision; see "
                                + "GET /api/v1/tasks/" + id + "/decisions"));
        ObjectNode json = ApprovalJson.summary(held, task.task());
        json.set("task", TaskJson.of(task));
        json.set("plan", plans.of(task));
        json.set("dependents", ApprovalJson.dependents(list.dependents(id, LATEST)));
        json.set("said", ApprovalJson.said(list.said(id)));
        json.set(
                "latest_outcomes",
                ApprovalJson.outcomes(list.latestOutcomes(task.task().actionName(), LATEST)));
        ObjectNode counts = json.putObject("outcomes_30_days");
        list.outcomeCounts(task.task().actionName()).forEach(counts::put);
        TaskRoutes.answer(ctx, json);
    }

    private void decisions(Context ctx) {
        long id = TaskRoutes.id(ctx);
        if (tasks.find(id).isEmpty()) {
            throw TaskRoutes.noTask(ctx);
        }
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        list.decisions(id).forEach(decision -> items.add(ApprovalJson.decision(decision)));
        answer.set("approvals", ApprovalJson.said(list.said(id)));
        answer.putNull("next");
        TaskRoutes.answer(ctx, answer);
    }

    private void approve(Context ctx) {
        Approve request = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Approve::read);
        long id = TaskRoutes.id(ctx);
        answer(
                ctx,
                id,
                "task.approve",
                request.reason(),
                approvals.approve(Caller.of(ctx), id, request.digest(), request.dryRun(), request.reason()));
    }

    private void reject(Context ctx) {
        Reject request = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Reject::read);
        long id = TaskRoutes.id(ctx);
        answer(
                ctx,
                id,
                "task.reject",
                request.reason(),
                approvals.reject(Caller.of(ctx), id, request.digest(), request.reason()));
    }

    private void answer(Context ctx, long id, String operation, String reason, Result result) {
        if (result instanceof Result.Said said) {
            ObjectNode json = TaskJson.of(tasks.find(id).orElseThrow(() -> TaskRoutes.noTask(ctx)));
            json.putObject("approvals").put("given", said.given()).put("needed", said.needed());
            TaskRoutes.answer(ctx, json);
            return;
        }
        throw refusals.conflict(ctx, operation, Long.toString(id), reason, because(ctx, id, result));
    }

    /** What stands against a decision. */
    private static String because(Context ctx, long id, Result result) {
        return switch (result) {
            case Result.Said said -> throw new IllegalArgumentException("nothing stands against it");
            case Result.Absent absent -> throw TaskRoutes.noTask(ctx);
            case Result.NotHeld other ->
                "task " + id + " is " + other.status() + "; only one that is DEFERRED waits for a decision";
            case Result.OtherPayload other ->
                "task " + id + " is not what was decided about: its payload_digest is " + other.digest()
                        + " now, look at it again";
            case Result.NotApprovable not ->
                "nobody can approve task " + id + ": " + not.reason()
                        + "; a higher confidence or another policy lets it go on";
            case Result.SaidAlready already ->
                "'" + Caller.of(ctx).name() + "' has approved task " + id + " already, and it needs several people";
        };
    }

    private void confidence(Context ctx) {
        long id = TaskRoutes.id(ctx);
        TaskEdit edit = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), TaskEditReader::readConfidence);
        switch (edits.edit(Caller.of(ctx), id, edit)) {
            case Edits.Result.Edited edited ->
                TaskRoutes.answer(ctx, TaskJson.of(tasks.find(id).orElseThrow(() -> TaskRoutes.noTask(ctx))));
            case Edits.Result.Absent absent -> throw TaskRoutes.noTask(ctx);
            case Edits.Result.NotWaiting other ->
                throw refusals.conflict(
                        ctx,
                        "task.edit",
                        Long.toString(id),
                        edit.reason(),
                        "task " + id + " is " + other.status() + "; its confidence counts before it starts");
            case Edits.Result.OtherVersion other ->
                throw new IllegalStateException("any version of task " + id + " was asked for");
        }
    }

    private record Approve(String digest, boolean dryRun, String reason) {
        static Approve read(Fields fields) {
            String digest = fields.requiredText("payload_digest", MAX_DIGEST);
            boolean dryRun = fields.flag("dry_run", false);
            String reason = fields.requiredText("reason", MAX_REASON);
            fields.refuseUnread();
            return new Approve(Objects.requireNonNullElse(digest, ""), dryRun, Objects.requireNonNullElse(reason, ""));
        }
    }

    private record Reject(@Nullable String digest, String reason) {
        static Reject read(Fields fields) {
            String digest = fields.text("payload_digest", MAX_DIGEST);
            String reason = fields.requiredText("reason", MAX_REASON);
            fields.refuseUnread();
            return new Reject(digest, Objects.requireNonNullElse(reason, ""));
        }
    }
}
