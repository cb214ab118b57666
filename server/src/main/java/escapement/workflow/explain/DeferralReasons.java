package escapement.workflow.explain;

import escapement.task.TaskStatus;
import java.util.List;
import org.jooq.DSLContext;

/** A person is to decide on it. */
final class DeferralReasons implements ReasonFinder {
    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        if (subject.status() != TaskStatus.DEFERRED) {
            return List.of();
        }
        String why = subject.reason() == null ? "" : ": " + subject.reason();
        return List.of(
                Reason.of("DEFERRED", "is held until a person decides" + why).with("reason", subject.reason()));
    }
}
