package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.queue.BranchStore.Parent;
import escapement.queue.BranchStore.Result;
import escapement.task.BranchReader;
import escapement.task.ConflictException;
import escapement.task.NewBranch;
import escapement.task.NewTask;
import escapement.task.Submission;
import escapement.task.TaskStatus;
import escapement.workflow.RequestGraph;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jooq.DSLContext;

/**
 * Fires the branches of tasks that end, in the transaction that ends them. A branch that cannot be carried out leaves its
 * fault behind and never changes how its task ended. Thread-safe.
 */
final class Branches {
    private final Catalog catalog;
    private final TaskIds ids;
    private final Rows rows;
    private final ConnectedSubmit submit;
    private final Sealer sealer;
    private final BranchStore store = new BranchStore();

    Branches(Catalog catalog, TaskIds ids, Rows rows, ConnectedSubmit submit, Sealer sealer) {
        this.catalog = catalog;
        this.ids = ids;
        this.rows = rows;
        this.submit = submit;
        this.sealer = sealer;
    }

    /** Fires what these ends fire; what waited for their branches and can no longer be taken is to be skipped. */
    Fired fire(DSLContext tx, List<End> ends) {
        Map<Long, End> byId =
                ends.stream().filter(End::mayBranch).collect(Collectors.toMap(End::id, Function.identity()));
        Fired fired = new Fired();
        List<Parent> parents = byId.isEmpty() ? List.of() : store.parents(tx, byId.keySet());
        if (parents.isEmpty()) {
            return fired;
        }
        Set<Long> taken = new HashSet<>();
        List<Result> results = new ArrayList<>();
        for (Parent parent : parents) {
            End end = Objects.requireNonNull(byId.get(parent.id()));
            if (!hasSequel(end)) {
                continue;
            }
            escapement.branch.End judged = judged(end); // once: a result may be large, and its branches many
            List<NewBranch> branches = BranchReader.parse(parent.branches());
            for (int position = 0; position < branches.size(); position++) {
                NewBranch branch = branches.get(position);
                results.add(
                        branch.condition().holds(judged)
                                ? take(tx, parent, end, branch, position, taken, fired)
                                : new Result(end.id(), end.attempt(), position, false, null, null));
            }
        }
        if (!results.isEmpty()) {
            store.record(tx, results);
        }
        skipAbandoned(tx, parents, taken, fired);
        return fired;
    }

    private Result take(
            DSLContext tx, Parent parent, End end, NewBranch branch, int position, Set<Long> taken, Fired fired) {
        try {
            long to = branch.nextTask() != null
                    ? take(tx, Long.parseLong(branch.nextTask()), taken, fired)
                    : make(tx, parent, parent.dryRun() || end.dryRun(), sealer.recognisable(branch), fired);
            return new Result(end.id(), end.attempt(), position, true, to, null);
        } catch (InvalidInputException | ConflictException e) {
            return new Result(end.id(), end.attempt(), position, true, null, e.getMessage());
        }
    }

    /** After the last attempt, if it succeeded or failed; one that was stopped, or never ran for others' sake, has no sequel. */
    private static boolean hasSequel(End end) {
        return !end.cancelled() && (end.status() == TaskStatus.COMPLETED || end.status() == TaskStatus.FAILED);
    }

    private static escapement.branch.End judged(End end) {
        JsonNode result = end.result() == null ? null : Json.parse(end.result());
        return new escapement.branch.End(end.status() == TaskStatus.COMPLETED, result);
    }

    private long take(DSLContext tx, long target, Set<Long> taken, Fired fired) {
        BranchStore.Taken now = store.take(tx, List.of(target));
        if (!now.open().contains(target)) {
            throw new ConflictException("task " + target + " has ended already");
        }
        taken.add(target);
        fired.moved = fired.moved.and(now.moved());
        return target;
    }

    /** Makes the task of a template: whatever goes wrong there is undone alone. */
    private long make(DSLContext tx, Parent parent, boolean dryRun, NewTask template, Fired fired) {
        OfferedAction action = catalog.findKnown(template.actionName());
        if (action == null) {
            throw new ConflictException("no node ever offered the action '" + template.actionName() + "'");
        }
        Rows.Origin origin = new Rows.Origin(parent.createdBy(), parent.workflowId(), parent.id(), dryRun);
        List<Submission> submissions = List.of(Submission.alone(template));
        List<SubmitStore.Row> row = List.of(rows.of(ids.take(tx, 1)[0], template, action.minimumRisk(), origin));
        ConnectedSubmit.Stored stored = store.undoneAlone(
                tx, nested -> submit.store(nested, submissions, RequestGraph.of(submissions), row, false));
        fired.ends.addAll(stored.replaced());
        fired.skipped.putAll(stored.skipped());
        fired.moved = fired.moved.and(Moved.READY).and(due(template));
        return stored.ids()[0];
    }

    private static Moved due(NewTask template) {
        if (template.runAt() == null && template.delay() == null) {
            return Moved.NOTHING;
        }
        Instant due =
                template.runAt() != null ? template.runAt() : Instant.now().plus(template.delay());
        return new Moved(false, List.of(due), false);
    }

    private void skipAbandoned(DSLContext tx, List<Parent> parents, Set<Long> taken, Fired fired) {
        Map<Long, List<Long>> targets =
                store.targets(tx, parents.stream().map(Parent::id).toList());
        Set<Long> untaken = targets.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        untaken.removeAll(taken);
        if (!untaken.isEmpty()) {
            fired.skipped.putAll(untaken(tx, untaken));
        }
    }

    /** Of these, the tasks that no branch can take any more, with the reason that gives. */
    Map<Long, String> untaken(DSLContext tx, Collection<Long> targets) {
        return store.abandoned(tx, targets).stream()
                .collect(Collectors.toMap(Function.identity(), target -> "no branch took it"));
    }

    /** What branches did. For one thread. */
    static final class Fired {
        private final List<End> ends = new ArrayList<>();
        private final Map<Long, String> skipped = new HashMap<>();
        private Moved moved = Moved.NOTHING;

        /** Tasks that made way for new ones. */
        List<End> ends() {
            return ends;
        }

        /** Tasks that are to be skipped, with the reason. */
        Map<Long, String> skipped() {
            return skipped;
        }

        Moved moved() {
            return moved;
        }
    }
}
