package escapement.queue;

import escapement.queue.GateStore.Decision;
import escapement.queue.GateStore.Judged;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;

/**
 * Decides about tasks of risk levels that have rules, before any of them can be claimed: under the policy in force they
 * go on, wait for a person, or end. Stateless.
 */
final class Gate {
    static final int AT_ONCE = 1000;

    private final GateStore store = new GateStore();
    private final Moments moments;

    Gate(Moments moments) {
        this.moments = moments;
    }

    /** Decides about tasks that wait for it, as many as one transaction should. */
    Judgement judgeDue(DSLContext tx) {
        return act(tx, store.judge(tx, AT_ONCE));
    }

    /** Decides about those of these tasks that wait for it. */
    Moved judge(DSLContext tx, Collection<Long> ids) {
        return ids.isEmpty() ? Moved.NOTHING : act(tx, store.judge(tx, ids)).moved();
    }

    /** Decides anew about tasks that wait, after something about them has changed. */
    Moved judgeAgain(DSLContext tx, Collection<Long> ids) {
        store.again(tx, ids);
        return judge(tx, ids);
    }

    /** Those rejected end at once, as they would when nobody answers in time. */
    private Judgement act(DSLContext tx, List<Judged> judged) {
        Moved ended = moments.act(
                tx,
                judged.stream()
                        .filter(one -> one.decision() == Decision.REJECT)
                        .map(Judged::id)
                        .toList());
        Moved moved = new Moved(
                judged.stream().anyMatch(one -> !one.decision().isHeld()),
                judged.stream()
                        .filter(one -> one.decision() == Decision.HOLD)
                        .map(Judged::expiresAt)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList(),
                false);
        return new Judgement(judged.size(), moved.and(ended));
    }

    /** @param tasks about how many it decided */
    record Judgement(int tasks, Moved moved) {}
}
