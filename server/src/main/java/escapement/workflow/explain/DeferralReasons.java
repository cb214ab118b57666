package escapement.workflow.explain;

import escapement.task.TaskStatus;
import escapement.workflow.explain.DecisionStore.Held;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/** The gate holds it: why, how many people approve of it, how long they have, and what lets it go on. */
final class DeferralReasons implements ReasonFinder {
    private final DecisionStore store = new DecisionStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        if (subject.status() != TaskStatus.DEFERRED) {
            return List.of();
        }
        return store.held(tx, subject.id()).map(held -> reason(held, subject)).stream()
                .toList();
    }

    private static Reason reason(Held held, Subject subject) {
        String message = "is held under policy version %d: %s; %s%s; %s"
                .formatted(
                        held.policyVersion(), held.reason(), approvals(held), expiry(held, subject), whatHelps(held));
        return Reason.of("DEFERRED", message)
                .with("reason", held.reason())
                .with("decision_code", held.code())
                .with("policy_version", held.policyVersion())
                .with("statistic", held.statistic())
                .with(facts -> facts.put("value", held.value()))
                .with(facts -> facts.put("threshold", held.threshold()))
                .with("approvals_given", held.given())
                .with("approvals_needed", held.needed())
                .with("groups", held.groups())
                .with("expires_at", held.expiresAt())
                .with("expires_in_seconds", held.expiresAt() == null ? null : subject.until(held.expiresAt()))
                .with("payload_digest", held.digest());
    }

    private static String approvals(Held held) {
        if (held.needed() == 0) {
            return "nobody can approve it";
        }
        return "%d of %d %s given".formatted(held.given(), held.needed(), held.needed() == 1 ? "approval" : "approvals")
                + (held.groups().isEmpty() ? "" : " (by " + String.join(", ", held.groups()) + ")");
    }

    private static String expiry(Held held, Subject subject) {
        return held.expiresAt() == null
                ? ""
                : ", counts as rejected at %s, in %s"
                        .formatted(held.expiresAt(), Reason.inWords(subject.until(held.expiresAt())));
    }

    private static String whatHelps(Held held) {
        List<String> ways = new ArrayList<>();
        if (held.needed() > 0) {
            ways.add("approve it");
        }
        if (held.confidenceHelps()) {
            ways.add("raise its confidence");
        }
        if (ways.isEmpty()) {
            ways.add("change the policy");
        }
        return String.join(", ", ways) + " or reject it";
    }
}
