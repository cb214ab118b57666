package escapement.workflow.explain;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: what the gate decided about a task, and whether it still is to decide. */
final class DecisionStore {
    private static final String HELD = """
            select d.code, d.reason, d.policy_version, d.statistic::text, d.value, d.threshold, d.approvals, d.approver_groups, d.expires_at,
                   p.digest,
                   (select given from escapement.approvals_given(l.id, p.digest, t.edited_by, d.approver_groups))
              from escapement.live l
              join escapement.task t on t.id = l.id
              cross join lateral (select * from escapement.gate_decision d where d.task_id = l.id order by d.id desc limit 1) d
              cross join lateral (select escapement.payload_digest(t.id, t.action, t.risk_level, t.action_params) as digest) p
             where l.id = ? and l.status = 'DEFERRED'
            """;
    // what a claim passes over
    private static final String UNDECIDED = """
            select g.version
              from escapement.live l, escapement.gate g
             where l.id = ? and l.status in ('PENDING', 'DEFERRED')
               and (l.gate_version <> g.version or (l.gate_version is null and l.risk_level = any(g.risk_levels)))
            """;

    /** Why the gate holds the task; empty when it does not. */
    Optional<Held> held(DSLContext tx, long id) {
        return tx.resultQuery(HELD, id).fetchOptional(DecisionStore::held);
    }

    private static Held held(Record row) {
        OffsetDateTime expiresAt = row.get(8, OffsetDateTime.class);
        return new Held(
                row.get(0, String.class),
                row.get(1, String.class),
                row.get(2, Integer.class),
                row.get(3, String.class),
                row.get(4, BigDecimal.class),
                row.get(5, BigDecimal.class),
                row.get(6, Integer.class),
                Arrays.asList(row.get(7, String[].class)),
                expiresAt == null ? null : expiresAt.toInstant(),
                row.get(9, String.class),
                row.get(10, Integer.class));
    }

    /** The policy in force, if the gate has not decided about the task under it. */
    Optional<Integer> undecidedUnder(DSLContext tx, long id) {
        return tx.resultQuery(UNDECIDED, id).fetchOptional(row -> row.get(0, Integer.class));
    }

    /** @param given how many people approve of it, of those needed; 0 needed: nobody can */
    record Held(
            String code,
            @Nullable String reason,
            int policyVersion,
            String statistic,
            @Nullable BigDecimal value,
            @Nullable BigDecimal threshold, // null where no confidence is asked for
            int needed,
            List<String> groups, // each of them must belong to one; empty: anybody may
            @Nullable Instant expiresAt, // null: never
            String digest,
            int given) {

        /** Whether a higher confidence would let it go on. */
        boolean confidenceHelps() {
            return switch (code) {
                case "ALWAYS_HELD", "IRREVERSIBLE" -> false;
                default -> true;
            };
        }
    }
}
