package escapement.workflow.explain;

import java.util.List;
import org.jooq.DSLContext;

/** Knows one kind of reason. */
interface ReasonFinder {
    /** What of its kind keeps the task, most blocking first; none when it does not concern the task. */
    List<Reason> find(DSLContext tx, Subject subject);
}
