package escapement.queue;

import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.reference.Reference;
import escapement.secret.GivenParams;
import escapement.task.NewBranch;
import escapement.task.NewTask;
import escapement.task.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks that what tasks ask for exists and that its parameters fit, also inside the templates of branches. */
final class ActionCheck {
    private final Catalog catalog;

    ActionCheck(Catalog catalog) {
        this.catalog = catalog;
    }

    /** @return the action of each task @throws InvalidInputException naming what no live node offers, and what does not fit */
    List<OfferedAction> check(List<Submission> submissions) {
        List<OfferedAction> actions = new ArrayList<>(submissions.size());
        List<Fault> faults = new ArrayList<>();
        for (Submission submission : submissions) {
            OfferedAction action = check(submission.task(), submission.path(), faults);
            if (action != null) {
                actions.add(action);
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return actions;
    }

    /**
     * For tasks of a file: one that has ended needs no action, and one that is to run may wait for its action.
     *
     * @return the action of each task that is to run; null where no live node offers it
     */
    List<@Nullable OfferedAction> checkRestored(List<Restored> restored) {
        List<@Nullable OfferedAction> actions = new ArrayList<>(restored.size());
        List<Fault> faults = new ArrayList<>();
        for (Restored one : restored) {
            Submission submission = one.submission();
            boolean isWanted =
                    !one.past().hasEnded() && catalog.find(submission.task().actionName()) != null;
            actions.add(isWanted ? check(submission.task(), submission.path(), faults) : null);
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return actions;
    }

    private @Nullable OfferedAction check(NewTask task, String path, List<Fault> faults) {
        OfferedAction action = catalog.find(task.actionName());
        if (action == null) {
            faults.add(new Fault(
                    path + "/action_name",
                    task.actionName(),
                    "is no action that a live node offers: see GET /api/v1/actions for those that exist"));
        } else {
            checkParams(action, task.actionParams(), task.references(), path + "/action_params", faults);
        }
        for (int i = 0; i < task.branches().size(); i++) {
            NewBranch branch = task.branches().get(i);
            if (branch.template() != null) {
                check(branch.template(), path + "/conditional_branches/" + i + "/next_task_template", faults);
            }
        }
        return action;
    }

    /** @param results where {@code params} take values from results of other tasks */
    static void checkParams(
            OfferedAction action, String params, List<Reference> results, String path, List<Fault> faults) {
        GivenParams given = GivenParams.read(params, path, faults);
        Set<String> references = results.stream().map(Reference::at).collect(Collectors.toSet());
        references.addAll(given.references());
        faults.addAll(action.check(given.json(), path, references, given.references()));
    }
}
