package escapement.calibration;

import escapement.access.AuditChange;
import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.db.Database;
import escapement.json.Json;
import escapement.task.TaskStatus;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What people say of outcomes: that an action succeeded does not mean that it was right. Thread-safe. */
public final class Verdicts {
    private final Database database;
    private final VerdictStore store = new VerdictStore();
    private final AuditStore audit = new AuditStore();

    public Verdicts(Database database) {
        this.database = database;
    }

    /** Says what the outcome of a task was worth; it replaces what was said before, and how its attempt ended. */
    public Result say(Principal principal, long task, OutcomeVerdict verdict, String reason) {
        if (!principal.has(Role.APPROVER)) {
            principal.require(Role.OPERATOR);
        }
        return database.inTransaction(tx -> {
            Optional<TaskStatus> end = store.lockEnd(tx, task);
            if (end.isEmpty()) {
                return store.live(tx, task).<Result>map(Result.NotEnded::new).orElse(new Result.Absent());
            }
            Optional<VerdictStore.Counted> newest = store.newest(tx, task);
            if (newest.isEmpty()) {
                return new Result.NoOutcome(end.get());
            }
            VerdictStore.Counted outcome = newest.get();
            boolean ok = verdict == OutcomeVerdict.CORRECT;
            if (outcome.ok() != ok) {
                store.turn(tx, task, outcome.attempt(), outcome.ok());
            }
            store.say(tx, principal, task, outcome, verdict, reason);
            audit.record(
                    tx,
                    principal,
                    AuditChange.done("task.outcome", Long.toString(task), reason)
                            .values(json(outcome.verdict()), json(verdict.name())));
            return new Result.Said();
        });
    }

    private static String json(@Nullable String verdict) {
        return Json.write(
                Json.nodes().objectNode().put("verdict", verdict == null ? null : verdict.toLowerCase(Locale.ROOT)));
    }

    /** What became of a verdict. */
    public sealed interface Result {
        record Said() implements Result {}

        record Absent() implements Result {}

        record NotEnded(TaskStatus status) implements Result {}

        /** It ended, but not with an outcome that counts. */
        record NoOutcome(TaskStatus status) implements Result {}
    }
}
