package escapement.admin;

import escapement.calibration.OutcomeVerdict;
import escapement.calibration.Verdicts;
import escapement.calibration.Verdicts.Result;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.task.TaskStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Objects;

/** Say what the outcome of a task was worth. */
public final class OutcomeRoutes implements Routes {
    private static final int MAX_REASON = 1000;

    private final Verdicts verdicts;
    private final TaskStore tasks;
    private final Refusals refusals;

    public OutcomeRoutes(Verdicts verdicts, TaskStore tasks, Refusals refusals) {
        this.verdicts = verdicts;
        this.tasks = tasks;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post("/api/v1/tasks/{id}/outcome", this::say, Needs.OPERATOR_OR_APPROVER);
    }

    private void say(Context ctx) {
        Said said = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Said::read);
        long id = TaskRoutes.id(ctx);
        Result result = verdicts.say(Caller.of(ctx), id, said.verdict(), said.reason());
        switch (result) {
            case Result.Said done ->
                TaskRoutes.answer(ctx, TaskJson.of(tasks.find(id).orElseThrow(() -> TaskRoutes.noTask(ctx))));
            case Result.Absent absent -> throw TaskRoutes.noTask(ctx);
            case Result.NotEnded other ->
                throw refused(
                        ctx,
                        id,
                        said,
                        "task " + id + " is " + other.status() + "; its outcome can be judged once it has ended");
            case Result.NoOutcome other ->
                throw refused(
                        ctx,
                        id,
                        said,
                        "task " + id + " ended " + other.status()
                                + " without an outcome that counts: only one that ran,"
                                + " not dry, to success or failure and stated a confidence can be judged");
        }
    }

    private ProblemException refused(Context ctx, long id, Said said, String because) {
        return refusals.conflict(ctx, "task.outcome", Long.toString(id), said.reason(), because);
    }

    private record Said(OutcomeVerdict verdict, String reason) {
        static Said read(Fields fields) {
            OutcomeVerdict verdict = fields.oneOf("verdict", OutcomeVerdict.class, OutcomeVerdict.CORRECT);
            if (!fields.has("verdict")) {
                fields.fault("verdict", "is required: one of " + Fields.names(OutcomeVerdict.class));
            }
            String reason = fields.requiredText("reason", MAX_REASON);
            fields.refuseUnread();
            return new Said(verdict, Objects.requireNonNullElse(reason, ""));
        }
    }
}
