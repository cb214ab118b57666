package escapement.workflow.explain;

import java.util.List;
import org.jooq.DSLContext;

/** Somebody wants it stopped, and it has not stopped yet. */
final class CancelReasons implements ReasonFinder {
    private final RunStore store = new RunStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        return store.cancellation(tx, subject.id()).stream()
                .map(cancellation -> reason(cancellation, subject))
                .toList();
    }

    private static Reason reason(RunStore.Cancellation cancellation, Subject subject) {
        String since = cancellation.at() == null ? "" : " for " + Reason.inWords(subject.since(cancellation.at()));
        return Reason.of("CANCELLING", "is being cancelled" + since + ": " + cancellation.reason())
                .with("since", cancellation.at())
                .with("by", cancellation.by())
                .with("reason", cancellation.reason());
    }
}
