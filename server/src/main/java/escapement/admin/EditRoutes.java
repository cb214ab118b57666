package escapement.admin;

import escapement.json.Fields;
import escapement.json.Json;
import escapement.queue.Edits;
import escapement.queue.Edits.Result;
import escapement.task.TaskEdit;
import escapement.task.TaskEditReader;
import escapement.task.TaskStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;

/** Change a task that waits. */
public final class EditRoutes implements Routes {
    private final Edits edits;
    private final TaskStore tasks;
    private final Refusals refusals;

    public EditRoutes(Edits edits, TaskStore tasks, Refusals refusals) {
        this.edits = edits;
        this.tasks = tasks;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.patch("/api/v1/tasks/{id}", this::edit, Needs.OPERATOR);
    }

    private void edit(Context ctx) {
        long id = TaskRoutes.id(ctx);
        TaskEdit edit = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), TaskEditReader::read);
        switch (edits.edit(Caller.of(ctx), id, edit)) {
            case Result.Edited edited ->
                TaskRoutes.answer(ctx, TaskJson.of(tasks.find(id).orElseThrow(() -> TaskRoutes.noTask(ctx))));
            case Result.NotWaiting other ->
                throw refused(
                        ctx,
                        id,
                        edit,
                        "task " + id + " is " + other.status()
                                + "; only a task that waits (BLOCKED, SCHEDULED, PENDING, DEFERRED) can be edited");
            case Result.OtherVersion other ->
                throw refused(
                        ctx,
                        id,
                        edit,
                        "task " + id + " is of version " + other.version() + " now and the edit was made for version "
                                + edit.version() + ": look at it again");
            case Result.Absent absent -> throw TaskRoutes.noTask(ctx);
        }
    }

    private ProblemException refused(Context ctx, long id, TaskEdit edit, String because) {
        return refusals.conflict(ctx, "task.edit", Long.toString(id), edit.reason(), because);
    }
}
