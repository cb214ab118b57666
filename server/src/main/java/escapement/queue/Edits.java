package escapement.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import escapement.access.AuditStore;
import escapement.access.ForbiddenException;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.json.Storable;
import escapement.queue.ApprovalStore.Held;
import escapement.reference.Reference;
import escapement.reference.References;
import escapement.secret.Sealed;
import escapement.secret.Secrets;
import escapement.task.TaskEdit;
import escapement.task.TaskStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Changes tasks that have not started on a person's request. Thread-safe. */
public final class Edits {
    private final Database database;
    private final Catalog catalog;
    private final Sealer sealer;
    private final ClaimOrder claimOrder;
    private final EditStore store = new EditStore();
    private final ApprovalStore approvals = new ApprovalStore();
    private final AuditStore audit = new AuditStore();
    private final Gate gate;
    private final Consumer<Moved> afterMove;
    private final Consumer<Instant> onDue;

    /**
     * @param enqueuer knows the gate
     * @param afterMove called after the commit
     * @param onDue called after the commit with the time a task waits for
     */
    public Edits(
            Database database,
            Catalog catalog,
            Secrets secrets,
            ClaimOrder claimOrder,
            Enqueuer enqueuer,
            Consumer<Moved> afterMove,
            Consumer<Instant> onDue) {
        this.database = database;
        this.catalog = catalog;
        this.sealer = new Sealer(catalog, secrets);
        this.claimOrder = claimOrder;
        this.gate = enqueuer.gate();
        this.afterMove = afterMove;
        this.onDue = onDue;
    }

    /**
     * Changes a task that waits, if it is still as the caller saw it.
     *
     * @throws InvalidInputException when the task cannot have what is wanted
     * @throws ForbiddenException when the confidence of a held task is not this person's to change
     */
    public Result edit(Principal principal, long id, TaskEdit given) {
        principal.require(given.version() == TaskEdit.ANY_VERSION ? Role.APPROVER : Role.OPERATOR);
        TaskEdit edit = given.actionParams() == null ? given : given.sealed(checkedAndSealed(id, given.actionParams()));
        Result result = database.inTransaction(tx -> {
            Optional<WaitingTask> found = store.lock(tx, id);
            if (found.isEmpty()) {
                return store.ended(tx, id).<Result>map(Result.NotWaiting::new).orElseGet(Result.Absent::new);
            }
            WaitingTask before = found.get();
            if (!before.waits()) {
                return new Result.NotWaiting(before.status());
            }
            if (edit.version() != TaskEdit.ANY_VERSION && before.version() != edit.version()) {
                return new Result.OtherVersion(before.version());
            }
            EditedTask after = EditedTask.of(before, edit);
            if (before.status() == TaskStatus.DEFERRED && after.isSurerThan(before)) {
                requireMayRaise(tx, principal, id, before, after);
            }
            store.write(tx, id, after, principal.name(), claimOrder);
            audit.record(tx, principal, "task.edit", Long.toString(id), edit.reason(), detail(edit, before, after));
            Moved judged = after.isJudgedAnew(before) ? gate.judgeAgain(tx, List.of(id)) : Moved.NOTHING;
            return new Result.Edited(after.runAt(), judged);
        });
        tell(result);
        return result;
    }

    /** A higher confidence lets a held task go on as one approval does, so it is for the same people. */
    private void requireMayRaise(DSLContext tx, Principal principal, long id, WaitingTask before, EditedTask after) {
        Held held = approvals.lock(tx, id).orElseThrow();
        FourEyes.require(principal, held, id);
        if (held.needed() > 1) {
            throw new ForbiddenException("task " + id + " needs the approval of " + held.needed()
                    + " people: one of them cannot raise its confidence instead");
        }
        if (principal.verified() && !after.actionParams().equals(before.actionParams())) {
            throw new ForbiddenException("task " + id
                    + " is held: whoever edits what it does cannot raise its confidence, somebody else must");
        }
    }

    // also after a refusal: while the row was locked a claim may have stepped over it
    private void tell(Result result) {
        afterMove.accept(result instanceof Result.Edited edited ? edited.moved().and(Moved.READY) : Moved.READY);
        if (result instanceof Result.Edited edited && edited.runAt() != null) {
            onDue.accept(edited.runAt());
        }
    }

    private String checkedAndSealed(long id, String params) {
        Optional<String> name = store.actionName(database.jooq(), id);
        if (name.isEmpty()) {
            return params; // there is no such task, as the edit will find
        }
        List<Fault> faults = new ArrayList<>();
        List<Reference> references = References.find(Json.parse(params), "/action_params", faults);
        refuseOthersResults(id, references, faults);
        OfferedAction action = catalog.find(name.get());
        if (action == null) {
            faults.add(new Fault(
                    "/action_params",
                    null,
                    "cannot be checked: no live node offers the action '" + name.get() + "', see GET /api/v1/actions"));
        } else {
            ActionCheck.checkParams(action, params, references, "/action_params", faults);
        }
        String sealed = faults.isEmpty() ? sealer.seal(action, params, "/action_params", faults) : params;
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return sealed;
    }

    /** As at submit, a task may use the results of those it waits for and of its parent, here by their ids. */
    private void refuseOthersResults(long id, List<Reference> references, List<Fault> faults) {
        Set<String> known = references.isEmpty() ? Set.of() : store.upstreams(database.jooq(), id);
        for (Reference reference : references) {
            if (!known.contains(reference.task())) {
                faults.add(new Fault(
                        "/action_params" + reference.at(),
                        Storable.shorten(reference.task()),
                        "refers to a task that is neither among the dependencies nor the parent"));
            }
        }
    }

    /** The fields that were asked for, as they were and as they are. */
    private static String detail(TaskEdit edit, WaitingTask before, EditedTask after) {
        ObjectNode detail = Json.nodes().objectNode();
        ObjectNode old = detail.putObject("old").put("version", before.version());
        ObjectNode now = detail.putObject("new").put("version", before.version() + 1);
        if (edit.priority() != null) {
            old.put("priority", before.priority().name());
            now.put("priority", after.priority().name());
        }
        if (edit.runAt() != null) {
            old.put("run_at", text(before.runAt()))
                    .put("status", before.status().name());
            now.put("run_at", text(after.runAt())).put("status", after.status().name());
        }
        if (edit.actionParams() != null) {
            old.putRawValue("action_params", new RawValue(Sealed.hidden(before.actionParams())));
            now.putRawValue("action_params", new RawValue(Sealed.hidden(after.actionParams())));
        }
        if (edit.confidenceScore() != null) {
            old.put("confidence_score", before.confidenceScore());
            now.put("confidence_score", after.confidenceScore());
        }
        if (edit.description() != null) {
            old.put("description", before.description());
            now.put("description", after.description());
        }
        if (edit.maxAttempts() != null) {
            old.put("max_attempts", before.maxAttempts());
            now.put("max_attempts", after.maxAttempts());
        }
        return Json.write(detail);
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }

    /** What became of an edit. */
    public sealed interface Result {
        /**
         * @param runAt what the task waits for now; null when it waits for no time
         * @param moved by the gate, which decided anew
         */
        record Edited(@Nullable Instant runAt, Moved moved) implements Result {}

        /** It runs or has ended. */
        record NotWaiting(TaskStatus status) implements Result {}

        /** Somebody else has edited it meanwhile. */
        record OtherVersion(int version) implements Result {}

        /** There is no such task. */
        record Absent() implements Result {}
    }
}
