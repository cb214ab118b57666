package escapement.queue;

import escapement.access.AuditChange;
import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.calibration.map.Maps;
import escapement.db.Database;
import escapement.gate.PolicyJson;
import escapement.gate.PolicyRule;
import escapement.gate.PolicyRule.Statistic;
import escapement.gate.Preset;
import escapement.json.Json;
import escapement.queue.GateStore.Decision;
import escapement.queue.GateStore.Previewed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jooq.DSLContext;

/** The policies: versions that are written once, and one of them in force. Thread-safe. */
public final class Policies implements Maps.Waiting {
    private static final int FIRST = 1;

    private final Database database;
    private final Names names;
    private final PolicyStore store = new PolicyStore();
    private final GateStore gate = new GateStore();
    private final AuditStore audit = new AuditStore();
    private final Runnable onChange;

    /** @param onChange called after the commit when waiting tasks are to be decided about anew */
    public Policies(Database database, Names names, Runnable onChange) {
        this.database = database;
        this.names = names;
        this.onChange = onChange;
    }

    public Policy inForce() {
        return store.inForce(database.jooq());
    }

    public Optional<Policy> find(int version) {
        return store.find(database.jooq(), version);
    }

    /** At most {@code limit} versions below {@code before}, newest first. */
    public List<Policy> list(int before, int limit) {
        return store.list(database.jooq(), before, limit);
    }

    /**
     * Puts rules in force, for waiting tasks too; what runs goes on.
     *
     * @param seen the version that the caller wants to replace
     * @return the policy in force then: the new one, or another one than was seen
     */
    public Put put(Principal principal, int seen, List<PolicyRule> rules, String reason) {
        principal.require(Role.ADMIN);
        return store(principal, seen, rules, reason);
    }

    private Put store(Principal principal, int seen, List<PolicyRule> rules, String reason) {
        rules.stream()
                .map(PolicyRule::action)
                .filter(java.util.Objects::nonNull)
                .forEach(names::action);
        Put put = database.inTransaction(tx -> {
            Policy before = store.lockInForce(tx);
            if (before.version() != seen) {
                return new Put(before, false);
            }
            int version = before.version() + 1;
            store.put(tx, version, rules, principal.name(), reason);
            audit.record(
                    tx,
                    principal,
                    AuditChange.done("policy.put", Integer.toString(version), reason)
                            .values(json(before.rules()), json(rules)));
            return new Put(store.inForce(tx), true);
        });
        if (put.done()) {
            onChange.run();
        }
        return put;
    }

    /** Makes everything that may be harmful run dry, in a database in which nobody has chosen a policy. */
    public void dryRunUnlessChosen() {
        if (inForce().version() == FIRST) {
            store(Principal.SERVER, FIRST, Preset.DRY_RUN.rules(), "ESCAPEMENT_DRY_RUN");
        }
    }

    /**
     * After another calibration map has come into force: has waiting tasks decided about anew, held ones included, by a new
     * version of the same rules, unless these compare raw confidences alone. No task starts any more on what an older map
     * let pass, and nobody gets more time. To be called first in the transaction: it lets no other map come into force.
     *
     * @return the policy's version then
     */
    @Override
    public int decideAnew(DSLContext tx, Principal principal, String reason) {
        Policy before = store.lockInForce(tx);
        if (before.rules().stream().allMatch(rule -> rule.statistic() == Statistic.RAW)) {
            return before.version();
        }
        int version = before.version() + 1;
        store.put(tx, version, before.rules(), principal.name(), reason);
        return version;
    }

    /** After the commit of {@link #decideAnew}. */
    @Override
    public void decidedAnew() {
        onChange.run();
    }

    private static String json(List<PolicyRule> rules) {
        return Json.write(PolicyJson.write(rules));
    }

    /** What rules would say of the tasks that wait now and never ran, by the code that decides. */
    public Preview preview(List<PolicyRule> rules) {
        List<Previewed> found = gate.preview(database.jooq(), rules);
        return new Preview(
                count(found, one -> true),
                count(found, one -> one.decision() == Decision.HOLD),
                count(found, one -> one.decision() == Decision.REJECT),
                count(found, one -> one.decision() == Decision.DRY_RUN),
                count(found, one -> one.decision() == Decision.RECORD),
                count(found, Previewed::deferred),
                count(found, one -> one.deferred() && !one.decision().isHeld()));
    }

    private static long count(List<Previewed> found, Predicate<Previewed> which) {
        return found.stream().filter(which).mapToLong(Previewed::n).sum();
    }

    /** One version. */
    public record Policy(int version, Instant createdAt, String createdBy, String reason, List<PolicyRule> rules) {}

    /** @param done whether the rules came into force */
    public record Put(Policy inForce, boolean done) {}

    /**
     * Numbers of tasks.
     *
     * @param waiting all that were looked at; those not counted elsewhere would run
     * @param held would wait for a person
     * @param rejected would end
     * @param dryRun would run dry because of a rule
     * @param recorded would run, with a note that they fell short
     * @param heldNow are held under the policy in force
     * @param released of those, the ones that would go on
     */
    public record Preview(
            long waiting, long held, long rejected, long dryRun, long recorded, long heldNow, long released) {}
}
