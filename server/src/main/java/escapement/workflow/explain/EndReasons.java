package escapement.workflow.explain;

import escapement.json.Storable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** It has ended: how, when, and whether that has reached those who waited for it. */
final class EndReasons implements ReasonFinder {
    private static final int MOST_DEPENDENTS = 10_000;

    private final RunStore store = new RunStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        RunStore.End end = store.end(tx, subject.id(), MOST_DEPENDENTS + 1).orElse(null);
        if (end == null) {
            return List.of();
        }
        String error = store.lastAttempt(tx, subject.id())
                .map(RunStore.LastAttempt::error)
                .orElse(null);
        List<Reason> reasons = new ArrayList<>();
        reasons.add(ended(end, error, subject));
        if (end.unreleased() != null) {
            reasons.add(unreleased(end.unreleased()));
        }
        return reasons;
    }

    private static Reason ended(RunStore.End end, @Nullable String error, Subject subject) {
        String why = Objects.requireNonNullElse(subject.reason(), Objects.requireNonNullElse(error, ""));
        String message = "ended %s ago, after %s"
                .formatted(Reason.inWords(subject.since(end.at())), attempts(subject.attempt()));
        return Reason.of("ENDED", why.isEmpty() ? message : message + ": " + Storable.shorten(why))
                .with("ended_at", end.at())
                .with("attempt_count", subject.attempt())
                .with("reason", subject.reason())
                .with("error", error);
    }

    private static String attempts(int n) {
        return switch (n) {
            case 0 -> "no attempt";
            case 1 -> "1 attempt";
            default -> n + " attempts";
        };
    }

    private static Reason unreleased(int dependents) {
        String number = dependents > MOST_DEPENDENTS ? "more than " + MOST_DEPENDENTS : Integer.toString(dependents);
        return Reason.of(
                        "RELEASING",
                        number + " of the tasks that waited for it are still to be told, a thousand at a time")
                .with("dependents_left", dependents);
    }
}
