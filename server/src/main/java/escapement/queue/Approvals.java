package escapement.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.access.AuditChange;
import escapement.access.AuditStore;
import escapement.access.ForbiddenException;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.db.Database;
import escapement.gate.Verdict;
import escapement.json.Json;
import escapement.queue.ApprovalStore.Held;
import escapement.task.TaskStatus;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** People decide about tasks that the gate holds. Thread-safe. */
public final class Approvals {
    private final Database database;
    private final Gate gate;
    private final Moments moments;
    private final ApprovalStore store = new ApprovalStore();
    private final AuditStore audit = new AuditStore();
    private final Consumer<Moved> afterMove;

    /**
     * @param enqueuer knows the gate
     * @param afterMove called after the commit
     */
    public Approvals(Database database, Enqueuer enqueuer, Consumer<Moved> afterMove) {
        this.database = database;
        this.gate = enqueuer.gate();
        this.moments = enqueuer.moments();
        this.afterMove = afterMove;
    }

    /**
     * Approves a held task as it is; with the last approval that is needed the gate lets it go on.
     *
     * @param digest of what the person saw: anything else is not approved
     * @param dryRun whether it may run dry only
     * @throws ForbiddenException when it is not for this person to approve it
     */
    public Result approve(Principal principal, long id, String digest, boolean dryRun, String reason) {
        principal.require(Role.APPROVER);
        Verdict verdict = dryRun ? Verdict.APPROVE_DRY_RUN : Verdict.APPROVE;
        return decide(id, (tx, held) -> {
            if (!held.digest().equals(digest)) {
                return new Result.OtherPayload(held.digest());
            }
            if (held.needed() == 0) {
                return new Result.NotApprovable(String.valueOf(held.reason()));
            }
            FourEyes.require(principal, held, id);
            if (store.lastSaid(tx, id, held, principal)
                    .filter(last -> last != Verdict.REJECT)
                    .isPresent()) {
                return new Result.SaidAlready();
            }
            store.say(tx, id, held, principal, verdict, reason);
            int given = store.given(tx, id, held);
            Moved moved = given >= held.needed() ? gate.judgeAgain(tx, List.of(id)) : Moved.NOTHING;
            record(tx, principal, "task.approve", id, reason, held, detail(principal, verdict, digest, given));
            return new Result.Said(given, held.needed(), moved);
        });
    }

    /** Ends a held task as SKIPPED. @param digest of what the person saw; null: whatever it is */
    public Result reject(Principal principal, long id, @Nullable String digest, String reason) {
        principal.require(Role.APPROVER);
        return decide(id, (tx, held) -> {
            if (digest != null && !held.digest().equals(digest)) {
                return new Result.OtherPayload(held.digest());
            }
            FourEyes.requireMember(principal, held, id);
            store.say(tx, id, held, principal, Verdict.REJECT, reason);
            Moved moved = moments.reject(tx, id, "rejected by " + principal.name() + ": " + reason);
            record(tx, principal, "task.reject", id, reason, held, detail(principal, Verdict.REJECT, held.digest(), 0));
            return new Result.Said(0, held.needed(), moved);
        });
    }

    private Result decide(long id, Decision decision) {
        AtomicReference<Moved> moved = new AtomicReference<>(Moved.NOTHING);
        Result result = database.inTransaction(tx -> {
            store.await(tx, id); // or what another judges at the moment would be passed over, and read as it was before
            moved.set(gate.judge(tx, List.of(id))); // the policy may have changed since it was held
            Optional<Held> found = store.lock(tx, id);
            if (found.isEmpty()) {
                return store.ended(tx, id).<Result>map(Result.NotHeld::new).orElseGet(Result.Absent::new);
            }
            Held held = found.get();
            return held.status() == TaskStatus.DEFERRED ? decision.about(tx, held) : new Result.NotHeld(held.status());
        });
        afterMove.accept(result instanceof Result.Said said ? said.moved().and(moved.get()) : moved.get());
        return result;
    }

    private void record(
            DSLContext tx, Principal principal, String operation, long id, String reason, Held held, String detail) {
        ObjectNode before =
                Json.nodes().objectNode().put("status", held.status().name()).put("reason", held.reason());
        ObjectNode after =
                Json.nodes().objectNode().put("status", store.status(tx, id).name());
        audit.record(
                tx,
                principal,
                AuditChange.done(operation, Long.toString(id), reason)
                        .values(Json.write(before), Json.write(after))
                        .detail(detail));
    }

    private static String detail(Principal principal, Verdict verdict, String digest, int given) {
        ObjectNode detail = Json.nodes()
                .objectNode()
                .put("verdict", verdict.name())
                .put("payload_digest", digest)
                .put("verified", principal.verified());
        if (verdict != Verdict.REJECT) {
            detail.put("approvals", given);
        }
        return Json.write(detail);
    }

    /** Something to be done about a held task, whose row is locked. */
    @FunctionalInterface
    private interface Decision {
        Result about(DSLContext tx, Held held);
    }

    /** What became of a decision. */
    public sealed interface Result {
        /** @param given by how many people it is approved now, of those needed */
        record Said(int given, int needed, Moved moved) implements Result {}

        /** Nobody is asked about it any more, or yet. */
        record NotHeld(TaskStatus status) implements Result {}

        /** It is not what the person saw. */
        record OtherPayload(String digest) implements Result {}

        /** The policy lets nobody approve it. */
        record NotApprovable(String reason) implements Result {}

        /** The same person has approved it before. */
        record SaidAlready() implements Result {}

        /** There is no such task. */
        record Absent() implements Result {}
    }
}
