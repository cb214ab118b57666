package escapement.queue;

import escapement.access.Principal;
import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.retry.BackoffJson;
import escapement.task.NewTask;
import escapement.task.Task;
import escapement.task.TaskDetail;
import escapement.task.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The only way in: every task, whoever asks for it, is created here. Thread-safe. */
public final class Enqueuer {
    /** Most tasks of one request. */
    public static final int MAX_BATCH = 1000;

    private final SubmitStore store;
    private final TaskIds ids;
    private final Names names;
    private final ClaimOrder claimOrder;
    private final Catalog catalog;
    private final SubmitListener submitted;

    /**
     * @param catalog the actions that live nodes offer
     * @param submitted told after the commit
     */
    public Enqueuer(Database database, Names names, ClaimOrder claimOrder, Catalog catalog, SubmitListener submitted) {
        this.store = new SubmitStore(database);
        this.ids = new TaskIds(database);
        this.names = names;
        this.claimOrder = claimOrder;
        this.catalog = catalog;
        this.submitted = submitted;
    }

    /** Stores one task. @return it as stored @throws InvalidInputException when no live node offers its action */
    public TaskDetail submit(Principal principal, NewTask task) {
        Stored stored = store(principal, List.of(task), List.of(""));
        return detail(stored.rows().getFirst(), task, stored.at());
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
        return store(principal, tasks, paths).rows().stream()
                .map(SubmitStore.Row::id)
                .toList();
    }

    private Stored store(Principal principal, List<NewTask> tasks, List<String> paths) {
        if (tasks.isEmpty() || tasks.size() > MAX_BATCH) {
            throw new InvalidInputException(
                    new Fault("/tasks", Integer.toString(tasks.size()), "must hold from 1 to " + MAX_BATCH + " tasks"));
        }
        List<OfferedAction> actions = actions(tasks, paths);

        long[] newIds = ids.take(tasks.size());
        List<SubmitStore.Row> rows = new ArrayList<>(tasks.size());
        for (int i = 0; i < newIds.length; i++) {
            rows.add(row(newIds, i, tasks.get(i), actions.get(i), principal));
        }
        SubmitStore.Receipt receipt = store.submit(rows);

        receipt.firstReady().ifPresent(submitted::ready);
        tellWhenDue(tasks);
        return new Stored(rows, receipt.at());
    }

    private record Stored(List<SubmitStore.Row> rows, Instant at) {}

    /** As reading it back would show it before anybody claims it, without the reading. */
    private static TaskDetail detail(SubmitStore.Row row, NewTask task, Instant at) {
        Instant due =
                task.runAt() != null ? task.runAt() : at.plus(task.delay() == null ? Duration.ZERO : task.delay());
        boolean waits = due.isAfter(at);
        Task stored = new Task(
                row.id(),
                row.description(),
                task.actionName(),
                task.queue(),
                row.workflowId() == null ? Long.toString(row.id()) : row.workflowId(),
                null,
                row.priority(),
                row.riskLevel(),
                row.confidenceScore(),
                waits ? TaskStatus.SCHEDULED : TaskStatus.PENDING,
                null,
                0,
                row.maxAttempts(),
                at,
                row.createdBy(),
                waits ? due : null,
                null,
                null,
                null);
        return new TaskDetail(stored, row.actionParams(), null, row.metadata(), null);
    }

    /** The action of each task, its parameters checked. */
    private List<OfferedAction> actions(List<NewTask> tasks, List<String> paths) {
        List<OfferedAction> actions = new ArrayList<>(tasks.size());
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
            NewTask task = tasks.get(i);
            OfferedAction action = catalog.find(task.actionName());
            if (action == null) {
                faults.add(new Fault(
                        paths.get(i) + "/action_name",
                        task.actionName(),
                        "is no action that a live node offers: see GET /api/v1/actions for those that exist"));
            } else {
                faults.addAll(action.check(task.actionParams(), paths.get(i) + "/action_params"));
                actions.add(action);
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return actions;
    }

    private void tellWhenDue(List<NewTask> tasks) {
        for (NewTask task : tasks) {
            if (task.runAt() != null) {
                submitted.dueAt(task.runAt());
            } else if (task.delay() != null) {
                submitted.dueIn(task.delay());
            }
        }
    }

    private SubmitStore.Row row(long[] newIds, int index, NewTask task, OfferedAction action, Principal principal) {
        String sharedWorkflow = newIds.length == 1 ? null : Long.toString(newIds[0]);
        return new SubmitStore.Row(
                newIds[index],
                names.action(task.actionName()),
                names.queue(task.queue()),
                task.maxAttempts(),
                claimOrder.microsBehindCritical(task.priority()),
                task.priority(),
                task.riskLevel().atLeast(action.minimumRisk()),
                task.confidenceScore(),
                task.description(),
                task.workflowId() != null ? task.workflowId() : sharedWorkflow,
                principal.name(),
                task.runAt(),
                task.delay() == null ? null : task.delay().toMillis(),
                task.timeout() == null ? null : task.timeout().toMillis(),
                task.actionParams(),
                task.metadata(),
                BackoffJson.write(task.backoff()));
    }

    /** Hears after the commit what was stored. */
    public interface SubmitListener {
        /** Tasks from this claim order on are ready. */
        void ready(long firstClaimOrder);

        void dueIn(Duration delay);

        void dueAt(Instant time);
    }
}
