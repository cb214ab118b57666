package escapement.queue;

import escapement.access.Principal;
import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.retry.BackoffJson;
import escapement.task.IdempotencyKey;
import escapement.task.NewTask;
import escapement.task.OnDependencyFailure;
import escapement.task.Submission;
import escapement.task.Task;
import escapement.task.TaskDetail;
import escapement.task.TaskStatus;
import escapement.task.TaskStore;
import escapement.workflow.RequestGraph;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** The only way in: every task, whoever asks for it, is created here. Thread-safe. */
public final class Enqueuer {
    /** Most tasks of one request. */
    public static final int MAX_BATCH = 1000;

    private final Database database;
    private final TaskStore tasks;
    private final SubmitStore store;
    private final Keys keys = new Keys();
    private final Consequences consequences = new Consequences();
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
        this.database = database;
        this.tasks = new TaskStore(database);
        this.store = new SubmitStore(database);
        this.ids = new TaskIds(database);
        this.names = names;
        this.claimOrder = claimOrder;
        this.catalog = catalog;
        this.submitted = submitted;
    }

    /** Stores one task, unless its key says that it is stored already. @throws InvalidInputException naming what is wrong */
    public Submitted submit(Principal principal, NewTask task) {
        Stored stored = store(principal, List.of(Submission.alone(task)));
        boolean existing = stored.rows().isEmpty();
        TaskDetail detail = stored.plain()
                ? detail(stored.rows().getFirst(), task, stored.at())
                : tasks.find(stored.ids()[0]).orElseThrow();
        return new Submitted(detail, existing);
    }

    /**
     * Stores all tasks or none; those whose keys say so are stored already. Tasks that name no workflow share one, called
     * after the first task's id; a single task is a workflow of its own.
     *
     * @return the ids, in the order of the tasks
     * @throws InvalidInputException naming what is wrong, also in how they wait for each other
     * @throws escapement.task.ConflictException when a key belongs to another task
     */
    public List<Accepted> submit(Principal principal, List<Submission> submissions) {
        Stored stored = store(principal, submissions);
        Set<Long> added = stored.rows().stream().map(SubmitStore.Row::id).collect(Collectors.toSet());
        return Arrays.stream(stored.ids())
                .mapToObj(id -> new Accepted(id, !added.contains(id)))
                .toList();
    }

    /** What becomes of other tasks when one ends. */
    Consequences consequences() {
        return consequences;
    }

    private Stored store(Principal principal, List<Submission> submissions) {
        if (submissions.isEmpty() || submissions.size() > MAX_BATCH) {
            throw new InvalidInputException(new Fault(
                    "/tasks", Integer.toString(submissions.size()), "must hold from 1 to " + MAX_BATCH + " tasks"));
        }
        RequestGraph graph = RequestGraph.of(submissions);
        refuseRepeatedKeys(submissions);
        List<OfferedAction> actions = actions(submissions);

        long[] newIds = ids.take(submissions.size());
        List<SubmitStore.Row> rows = new ArrayList<>(submissions.size());
        for (int i = 0; i < newIds.length; i++) {
            rows.add(row(newIds, i, submissions.get(i).task(), actions.get(i), principal));
        }
        return isPlain(submissions, graph)
                ? storePlain(submissions, newIds, rows)
                : storeConnected(submissions, graph, newIds, rows);
    }

    /** Whether the tasks have nothing to do with any other: nearly all, and stored by one statement. */
    private static boolean isPlain(List<Submission> submissions, RequestGraph graph) {
        return !graph.hasEdges()
                && submissions.stream().allMatch(submission -> submission.task().idempotencyKey() == null);
    }

    private Stored storePlain(List<Submission> submissions, long[] newIds, List<SubmitStore.Row> rows) {
        SubmitStore.Receipt receipt = store.submit(rows);
        receipt.firstReady().ifPresent(submitted::ready);
        tellWhenDue(submissions);
        return new Stored(newIds, rows, true, receipt.at());
    }

    private Stored storeConnected(
            List<Submission> submissions, RequestGraph graph, long[] newIds, List<SubmitStore.Row> rows) {
        AtomicReference<Moved> moved = new AtomicReference<>(Moved.NOTHING);
        Stored stored = database.inTransaction(tx -> {
            long[] all = newIds.clone();
            Keys.Taken taken = keys.take(tx, submissions, all);
            Wiring wiring = new Wiring(submissions, graph, all, taken.added());
            wiring.connect(tx);
            List<SubmitStore.Row> added = rows.stream()
                    .filter(row -> taken.added().contains(row.id()))
                    .map(wiring::wired)
                    .toList();
            Instant at =
                    added.isEmpty() ? Instant.EPOCH : store.submit(tx, added).at();
            wiring.store(tx);
            moved.set(consequences.follow(tx, taken.ends()).and(consequences.skip(tx, wiring.skipped())));
            return new Stored(all, added, false, at);
        });
        if (!stored.rows().isEmpty()) {
            submitted.moved(moved.get().and(Moved.READY)); // claims passed over the upstreams while they were locked
            tellWhenDue(submissions);
        }
        return stored;
    }

    private static void refuseRepeatedKeys(List<Submission> submissions) {
        Set<String> seen = new HashSet<>();
        List<Fault> faults = new ArrayList<>();
        for (Submission submission : submissions) {
            IdempotencyKey key = submission.task().idempotencyKey();
            if (key != null && !seen.add(key.key())) {
                faults.add(new Fault(
                        submission.path() + "/idempotency_key", key.key(), "is used by an earlier task of this batch"));
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
    }

    /**
     * What a request left behind.
     *
     * @param ids of the request's tasks, those that were stored before included
     * @param rows of those stored now
     * @param plain whether they have nothing to do with any other task
     */
    private record Stored(long[] ids, List<SubmitStore.Row> rows, boolean plain, Instant at) {}

    /** @param existing whether it was stored by an earlier request with the same key */
    public record Submitted(TaskDetail task, boolean existing) {}

    /** @param existing whether it was stored by an earlier request with the same key */
    public record Accepted(long id, boolean existing) {}

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
                null,
                row.dryRun());
        return new TaskDetail(stored, row.actionParams(), null, row.metadata(), null);
    }

    /** The action of each task, its parameters checked. */
    private List<OfferedAction> actions(List<Submission> submissions) {
        List<OfferedAction> actions = new ArrayList<>(submissions.size());
        List<Fault> faults = new ArrayList<>();
        for (Submission submission : submissions) {
            NewTask task = submission.task();
            OfferedAction action = catalog.find(task.actionName());
            if (action == null) {
                faults.add(new Fault(
                        submission.path() + "/action_name",
                        task.actionName(),
                        "is no action that a live node offers: see GET /api/v1/actions for those that exist"));
            } else {
                faults.addAll(action.check(task.actionParams(), submission.path() + "/action_params"));
                actions.add(action);
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return actions;
    }

    private void tellWhenDue(List<Submission> submissions) {
        for (Submission submission : submissions) {
            NewTask task = submission.task();
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
                BackoffJson.write(task.backoff()),
                task.dryRun(),
                null,
                false,
                0,
                task.onDependencyFailure() == OnDependencyFailure.SKIP,
                false);
    }

    /** Hears after the commit what was stored. */
    public interface SubmitListener {
        /** Tasks from this claim order on are ready. */
        void ready(long firstClaimOrder);

        void dueIn(Duration delay);

        void dueAt(Instant time);

        /** Tasks stored before were moved, or new ones cannot be told apart by their claim order. */
        void moved(Moved moved);
    }
}
