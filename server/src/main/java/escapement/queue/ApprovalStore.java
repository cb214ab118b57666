package escapement.queue;

import escapement.access.Principal;
import escapement.gate.Verdict;
import escapement.task.TaskStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: what people say of held tasks. */
final class ApprovalStore {
    private static final String AWAIT = "select from escapement.live where id = ? for update";
    private static final String LOCK = """
            select l.status::text, t.created_by, t.edited_by,
                   escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params), d.approvals, d.approver_groups, d.reason
              from escapement.live l
              join escapement.task t on t.id = l.id
              left join lateral (select * from escapement.gate_decision d where d.task_id = l.id order by d.id desc limit 1) d on true
             where l.id = ?
               for update of l, t
            """;
    private static final String ENDED = "select status::text from escapement.ended where id = ?";
    private static final String LAST_SAID = """
            select verdict::text from escapement.approval where task_id = ? and payload_digest = ? and principal = ? order by id desc limit 1
            """;
    private static final String SAY = """
            insert into escapement.approval (task_id, payload_digest, principal, verdict, verified, groups, submitted_by, edited_by, reason)
            values (?, ?, ?, ?::escapement.approval_verdict, ?, ?, ?, ?, ?)
            """;
    private static final String GIVEN = "select given from escapement.approvals_given(?, ?, ?, ?::text[])";
    private static final String STATUS = """
            select status::text from escapement.live where id = ? union all select status::text from escapement.ended where id = ?
            """;
    /** Locks a live task until the transaction ends, once nobody else has it. */
    void await(DSLContext tx, long id) {
        tx.query(AWAIT, id).execute();
    }

    /** A live task, locked until the transaction ends. */
    Optional<Held> lock(DSLContext tx, long id) {
        return tx.resultQuery(LOCK, id).fetchOptional(ApprovalStore::held);
    }

    private static Held held(Record row) {
        String[] groups = row.get(5, String[].class);
        Integer needed = row.get(4, Integer.class);
        return new Held(
                TaskStatus.valueOf(row.get(0, String.class)),
                row.get(1, String.class),
                row.get(2, String.class),
                row.get(3, String.class),
                needed == null ? 0 : needed,
                groups == null ? List.of() : Arrays.asList(groups),
                row.get(6, String.class));
    }

    /** How the task ended; empty when it has not. */
    Optional<TaskStatus> ended(DSLContext tx, long id) {
        return tx.resultQuery(ENDED, id).fetchOptional(row -> TaskStatus.valueOf(row.get(0, String.class)));
    }

    TaskStatus status(DSLContext tx, long id) {
        return tx.resultQuery(STATUS, id, id).fetchSingle(row -> TaskStatus.valueOf(row.get(0, String.class)));
    }

    /** What this principal said last of this payload. */
    Optional<Verdict> lastSaid(DSLContext tx, long id, Held held, Principal principal) {
        return tx.resultQuery(LAST_SAID, id, held.digest(), principal.name())
                .fetchOptional(row -> Verdict.valueOf(row.get(0, String.class)));
    }

    void say(DSLContext tx, long id, Held held, Principal principal, Verdict verdict, String reason) {
        tx.query(
                        SAY,
                        id,
                        held.digest(),
                        principal.name(),
                        verdict.name(),
                        principal.verified(),
                        principal.groups().toArray(String[]::new),
                        held.submittedBy(),
                        held.editedBy(),
                        reason)
                .execute();
    }

    /** By how many people this payload is approved. */
    int given(DSLContext tx, long id, Held held) {
        return tx.resultQuery(
                        GIVEN, id, held.digest(), held.editedBy(), held.groups().toArray(String[]::new))
                .fetchSingle(row -> row.get(0, int.class));
    }

    /** @param needed how many people must approve; 0: nobody can */
    record Held(
            TaskStatus status,
            String submittedBy,
            @Nullable String editedBy,
            String digest,
            int needed,
            List<String> groups,
            @Nullable String reason) {}
}
