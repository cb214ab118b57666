package escapement.workflow.explain;

import escapement.db.Database;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;

/** Says why a task is not running, on any node: all of it comes from the database, as of one moment. Thread-safe. */
public final class Explainer {
    // most blocking first
    private static final List<ReasonFinder> FINDERS = List.of(
            new CancelReasons(),
            new DependencyReasons(),
            new BranchReasons(),
            new ScheduleReasons(),
            new DeferralReasons(),
            new GateReasons(),
            new LineReasons(),
            new RunReasons(),
            new EndReasons());

    private final Database database;
    private final SubjectStore subjects = new SubjectStore();

    public Explainer(Database database) {
        this.database = database;
    }

    /** Why the task stands where it stands; empty when there is no such task. */
    public Optional<Explanation> explain(long id) {
        return database.atOneMoment(tx ->
                subjects.find(tx, id).map(subject -> new Explanation(id, subject.status(), reasons(tx, subject))));
    }

    private static List<Reason> reasons(DSLContext tx, Subject subject) {
        return FINDERS.stream()
                .flatMap(finder -> finder.find(tx, subject).stream())
                .toList();
    }
}
