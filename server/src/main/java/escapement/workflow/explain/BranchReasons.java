package escapement.workflow.explain;

import escapement.task.TaskStatus;
import escapement.workflow.explain.UpstreamStore.Source;
import escapement.workflow.explain.UpstreamStore.Sources;
import java.util.ArrayList;
import java.util.List;
import org.jooq.DSLContext;

/** It waits until another task takes the branch that leads to it, or for what its own row says. */
final class BranchReasons implements ReasonFinder {
    private static final int MOST_NAMED = 20;

    private final UpstreamStore store = new UpstreamStore();

    @Override
    public List<Reason> find(DSLContext tx, Subject subject) {
        if (subject.status() != TaskStatus.BLOCKED) {
            return List.of();
        }
        List<Reason> reasons = new ArrayList<>();
        if (store.awaitsBranch(tx, subject.id())) {
            addSources(reasons, store.sources(tx, subject.id(), MOST_NAMED));
        }
        if (subject.reason() != null) {
            reasons.add(Reason.of("STATED", subject.reason()));
        }
        return reasons;
    }

    private static void addSources(List<Reason> reasons, Sources sources) {
        if (sources.total() == 0) {
            reasons.add(Reason.of("BRANCH", "waits for a branch to it, and no task has one any more"));
        }
        sources.named().forEach(source -> reasons.add(reason(source)));
        int more = sources.total() - sources.named().size();
        if (more > 0) {
            reasons.add(Reason.of("MORE_BRANCHES", "%d more may take a branch that leads here".formatted(more))
                    .with("more", more));
        }
    }

    private static Reason reason(Source source) {
        String status = source.status() == null ? "gone" : source.status().name();
        boolean over = source.status() == null || source.status().isTerminal();
        String message = over
                ? "waits for a branch of task %d, which is %s and did not take it".formatted(source.id(), status)
                : "waits for task %d, which is %s, to take the branch that leads here".formatted(source.id(), status);
        return Reason.of("BRANCH", message)
                .with("source_id", Long.toString(source.id()))
                .with("source_status", status);
    }
}
