package escapement.workflow.explain;

import java.util.List;
import org.jooq.DSLContext;

/** No node may claim it before the gate has decided about it under the policy in force. */
final class GateReasons implements ReasonFinder {
    private final DecisionStore store = new DecisionStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        return store.undecidedUnder(tx, subject.id()).map(GateReasons::reason).stream()
                .toList();
    }

    private static Reason reason(int version) {
        return Reason.of(
                        "GATE",
                        "the gate has not decided yet under policy version %d; it does so within a second"
                                .formatted(version))
                .with("policy_version", version);
    }
}
