package escapement.queue;

import escapement.access.Principal;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.task.NewTask;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** The only way in: every task, whoever asks for it, is created here. Thread-safe. */
public final class Enqueuer {
    /** Most tasks of one request. */
    public static final int MAX_BATCH = 1000;

    private final SubmitStore store;
    private final TaskIds ids;
    private final Names names;
    private final ClaimOrder claimOrder;
    private final Predicate<String> offered;
    private final ReadyListener ready;

    /**
     * @param offered whether a live node offers the action of this name
     * @param ready told after the commit that tasks may be claimed
     */
    public Enqueuer(
            Database database, Names names, ClaimOrder claimOrder, Predicate<String> offered, ReadyListener ready) {
        this.store = new SubmitStore(database);
        this.ids = new TaskIds(database);
        this.names = names;
        this.claimOrder = claimOrder;
        this.offered = offered;
        this.ready = ready;
    }

    /** Stores one task. @return its id @throws InvalidInputException when no live node offers its action */
    public long submit(Principal principal, NewTask task) {
        return submit(principal, List.of(task), List.of("")).getFirst();
    }

    /**
     * Stores all tasks or none. Tasks that name no workflow share one, called after the first task's id; a single task is a
     * workflow of its own.
     *
     * @param paths where each task stands in the caller's input, for faults
     * @return the ids, in the order of the tasks
     * @throws InvalidInputException when no live node offers an action
     */
    public List<Long> submit(Principal principal, List<NewTask> tasks, List<String> paths) {
        if (tasks.isEmpty() || tasks.size() > MAX_BATCH) {
            throw new InvalidInputException(
                    new Fault("/tasks", Integer.toString(tasks.size()), "must hold from 1 to " + MAX_BATCH + " tasks"));
        }
        refuseUnknownActions(tasks, paths);

        long[] newIds = ids.take(tasks.size());
        List<SubmitStore.Row> rows = new ArrayList<>(tasks.size());
        for (int i = 0; i < newIds.length; i++) {
            rows.add(row(newIds, i, tasks.get(i), principal));
        }
        OptionalLong first = store.submit(rows);

        first.ifPresent(ready::ready);
        return java.util.Arrays.stream(newIds).boxed().toList();
    }

    private void refuseUnknownActions(List<NewTask> tasks, List<String> paths) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            String action = tasks.get(i).actionName();
            if (!offered.test(action)) {
                faults.add(new Fault(
                        paths.get(i) + "/action_name",
                        action,
                        "is no action that a live node offers: see GET /api/v1/actions for those that exist"));
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
    }

    private SubmitStore.Row row(long[] newIds, int index, NewTask task, Principal principal) {
        String sharedWorkflow = newIds.length == 1 ? null : Long.toString(newIds[0]);
        return new SubmitStore.Row(
                newIds[index],
                names.action(task.actionName()),
                names.queue(task.queue()),
                task.maxAttempts(),
                claimOrder.microsBehindCritical(task.priority()),
                task.priority(),
                task.riskLevel(),
                task.confidenceScore(),
                task.description(),
                task.workflowId() != null ? task.workflowId() : sharedWorkflow,
                principal.name(),
                task.runAt(),
                task.delay() == null ? null : task.delay().toMillis(),
                task.actionParams(),
                task.metadata());
    }

    /** Hears that tasks became ready, from this claim order on. */
    @FunctionalInterface
    public interface ReadyListener {
        void ready(long firstClaimOrder);
    }
}
