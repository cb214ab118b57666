package escapement.queue;

import static escapement.db.generated.Tables.GATE;
import static escapement.db.generated.Tables.POLICY;

import escapement.gate.PolicyJson;
import escapement.gate.PolicyRule;
import escapement.json.Json;
import escapement.queue.Policies.Policy;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.JSONB;
import org.jooq.Record5;

/** SQL: policies, and the rules of the one in force. */
final class PolicyStore {
    private static final String FORGET_RULES = "delete from escapement.gate_rule";
    private static final String WRITE_RULES = """
            insert into escapement.gate_rule (risk_level, action, minimum_confidence, reject_below, statistic, always_hold, hold_irreversible,
                                              approvals, approver_groups, expires_after, effect, dry_run,
                                              probe_rate, probes_per_day)
            select r.risk_level, coalesce(a.id, 0), r.minimum_confidence, r.reject_below, r.statistic, r.always_hold, r.hold_irreversible,
                   r.approvals, array(select jsonb_array_elements_text(r.groups)), r.expires_after_seconds * interval '1 s', r.effect, r.dry_run,
                   r.probe_rate, coalesce(r.probes_per_day, 0)
              from jsonb_to_recordset(?::jsonb) as r (risk_level escapement.risk_level, action text, minimum_confidence numeric(7, 6),
                   reject_below numeric(7, 6), statistic escapement.gate_statistic, always_hold boolean, hold_irreversible boolean,
                   approvals smallint, groups jsonb, expires_after_seconds numeric, effect escapement.gate_effect, dry_run boolean,
                   probe_rate numeric(7, 6), probes_per_day integer)
              left join escapement.action a on a.name = r.action
            """;
    // before anything is drawn under them: two that decide at once lock what is there to count by
    private static final String BEGIN_PROBES = """
            insert into escapement.gate_probe (risk_level, action, day, n)
            select risk_level, action, '-infinity', 0 from escapement.gate_rule where probe_rate is not null
                on conflict (risk_level, action) do nothing
            """;
    private static final String PUT_IN_FORCE = """
            update escapement.gate
               set version = ?, risk_levels = array(select distinct risk_level from escapement.gate_rule), swept_to = 0
            """;

    Policy inForce(DSLContext tx) {
        return tx.select(POLICY.VERSION, POLICY.CREATED_AT, POLICY.CREATED_BY, POLICY.REASON, POLICY.RULES)
                .from(POLICY)
                .join(GATE)
                .on(GATE.VERSION.eq(POLICY.VERSION))
                .fetchSingle(PolicyStore::policy);
    }

    /** As {@link #inForce}; it stays so until the transaction ends. */
    Policy lockInForce(DSLContext tx) {
        tx.selectOne().from(GATE).forUpdate().fetch();
        return inForce(tx);
    }

    Optional<Policy> find(DSLContext tx, int version) {
        return tx.select(POLICY.VERSION, POLICY.CREATED_AT, POLICY.CREATED_BY, POLICY.REASON, POLICY.RULES)
                .from(POLICY)
                .where(POLICY.VERSION.eq(version))
                .fetchOptional(PolicyStore::policy);
    }

    /** Newest first. */
    List<Policy> list(DSLContext tx, int before, int limit) {
        return tx.select(POLICY.VERSION, POLICY.CREATED_AT, POLICY.CREATED_BY, POLICY.REASON, POLICY.RULES)
                .from(POLICY)
                .where(POLICY.VERSION.lt(before))
                .orderBy(POLICY.VERSION.desc())
                .limit(limit)
                .fetch(PolicyStore::policy);
    }

    private static Policy policy(Record5<Integer, java.time.OffsetDateTime, String, String, JSONB> row) {
        return new Policy(
                row.value1(),
                row.value2().toInstant(),
                row.value3(),
                row.value4(),
                PolicyJson.parse(row.value5().data()));
    }

    /** Adds a version and puts it in force. */
    void put(DSLContext tx, int version, List<PolicyRule> rules, String principal, String reason) {
        String json = Json.write(PolicyJson.write(rules));
        tx.insertInto(POLICY)
                .set(POLICY.VERSION, version)
                .set(POLICY.CREATED_BY, principal)
                .set(POLICY.REASON, reason)
                .set(POLICY.RULES, JSONB.valueOf(json))
                .execute();
        tx.query(FORGET_RULES).execute();
        tx.query(WRITE_RULES, json).execute();
        tx.query(BEGIN_PROBES).execute();
        tx.query(PUT_IN_FORCE, version).execute();
    }
}
