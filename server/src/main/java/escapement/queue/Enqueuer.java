package escapement.queue;

import escapement.access.Principal;
import escapement.access.Role;
import escapement.action.RiskLevel;
import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.queue.IdempotencyStore.Claim;
import escapement.secret.Secrets;
import escapement.task.IdempotencyKey;
import escapement.task.Links;
import escapement.task.NewDependency;
import escapement.task.NewTask;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The only way in: every task, whoever asks for it, is created here. Thread-safe. */
public final class Enqueuer {
    /** Most tasks of one request. */
    public static final int MAX_BATCH = 1000;

    private final Database database;
    private final ClaimOrder claimOrder;
    private final TaskStore tasks;
    private final GroupSubmit plain;
    private final ConnectedSubmit connected;
    private final Consequences consequences;
    private final Moments moments;
    private final Gate gate;
    private final TaskIds ids;
    private final Rows rows;
    private final ActionCheck actions;
    private final Sealer sealer;
    private final Pasts pasts;
    private final SubmitListener submitted;

    /**
     * @param catalog the actions that live nodes offer
     * @param submitted told after the commit
     */
    public Enqueuer(
            Database database,
            Names names,
            ClaimOrder claimOrder,
            Catalog catalog,
            Secrets secrets,
            SubmitListener submitted) {
        this.database = database;
        this.tasks = new TaskStore(database);
        SubmitStore store = new SubmitStore(database);
        this.plain = new GroupSubmit(store, receipt -> receipt.firstReady().ifPresent(submitted::ready));
        this.ids = new TaskIds(database);
        this.claimOrder = claimOrder;
        this.rows = new Rows(names, claimOrder);
        this.actions = new ActionCheck(catalog);
        this.sealer = new Sealer(catalog, secrets);
        this.connected = new ConnectedSubmit(store);
        this.pasts = new Pasts(connected);
        this.consequences = new Consequences(new Branches(catalog, ids, rows, connected, sealer));
        this.moments = new Moments(consequences);
        this.gate = new Gate(moments);
        this.submitted = submitted;
    }

    /** Stores one task, unless its key says that it is stored already. @throws InvalidInputException naming what is wrong */
    public Submitted submit(Principal principal, NewTask task) {
        Stored stored = store(principal, List.of(Submission.alone(task)));
        boolean existing = stored.added().isEmpty();
        TaskDetail detail = stored.plain()
                ? detail(stored.added().getFirst(), task, stored.at())
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
        Set<Long> added = stored.added().stream().map(SubmitStore.Row::id).collect(Collectors.toSet());
        return Arrays.stream(stored.ids())
                .mapToObj(id -> new Accepted(id, !added.contains(id)))
                .toList();
    }

    /**
     * Stores tasks of a file, with the past that it tells of: those that have ended as ended, without running them, the
     * others to run. A single transaction stores them as any others and, for the ended ones, moves them to their end before
     * anybody can see them.
     *
     * @return the ids, in the order of the tasks; those whose key is known were stored before and stay as they are
     * @throws InvalidInputException naming what is wrong, by the paths of the submissions
     */
    public List<Accepted> restore(Principal principal, List<Restored> restored) {
        principal.require(Role.OPERATOR);
        List<Submission> given = restored.stream().map(Restored::submission).toList();
        RequestGraph graph = RequestGraph.of(given);
        List<@Nullable OfferedAction> offered = actions.checkRestored(restored);
        List<Submission> submissions = Pasts.keyed(restored, sealer.seal(given));

        long[] newIds = ids.take(submissions.size());
        Rows.Origin origin = new Rows.Origin(principal.name(), null, null, false);
        List<SubmitStore.Row> all = new ArrayList<>(newIds.length);
        for (int i = 0; i < newIds.length; i++) {
            OfferedAction action = offered.get(i);
            RiskLevel least = action == null ? RiskLevel.LOW : action.minimumRisk();
            all.add(rows.of(newIds[i], submissions.get(i).task(), least, origin));
        }
        AtomicReference<Moved> moved = new AtomicReference<>(Moved.NOTHING);
        Pasts.Stored stored = database.inTransaction(tx -> {
            Pasts.Stored now = pasts.store(tx, restored, submissions, graph, all, offered);
            moved.set(consequences
                    .follow(tx, now.ends())
                    .and(consequences.skip(tx, now.skipped()))
                    .and(moments.act(tx, now.timed()))
                    .and(gate.judge(tx, now.open())));
            return now;
        });
        if (!stored.open().isEmpty()) {
            submitted.moved(moved.get().and(Moved.READY));
            tellWhenDue(
                    IntStream.range(0, restored.size())
                            .filter(i -> !restored.get(i).past().hasEnded())
                            .mapToObj(submissions::get)
                            .toList(),
                    stored.at());
        }
        return Arrays.stream(stored.ids())
                .mapToObj(id -> new Accepted(id, !stored.added().contains(id)))
                .toList();
    }

    /** What would be wrong with tasks of a file, short of how they hang together. @throws InvalidInputException naming it */
    public void checkRestored(Principal principal, List<Restored> restored) {
        principal.require(Role.OPERATOR);
        actions.checkRestored(restored);
        sealer.seal(restored.stream().map(Restored::submission).toList());
    }

    /** Ends those of these as SKIPPED that wait for a branch which no task has. For what a file lacked. */
    public void skipUntaken(Principal principal, List<Long> ids) {
        principal.require(Role.OPERATOR);
        submitted.moved(database.inTransaction(tx -> consequences.skipUntaken(tx, ids)));
    }

    /** How tasks get their places. */
    ClaimOrder claimOrder() {
        return claimOrder;
    }

    /** What becomes of other tasks when one ends. */
    Consequences consequences() {
        return consequences;
    }

    /** What happens to tasks at given times. */
    Moments moments() {
        return moments;
    }

    /** What decides whether a task may run. */
    Gate gate() {
        return gate;
    }

    private Stored store(Principal principal, List<Submission> given) {
        principal.require(Role.OPERATOR);
        if (given.isEmpty() || given.size() > MAX_BATCH) {
            throw new InvalidInputException(
                    new Fault("/tasks", Integer.toString(given.size()), "must hold from 1 to " + MAX_BATCH + " tasks"));
        }
        RequestGraph graph = RequestGraph.of(given);
        refuseRepeatedKeys(given);
        List<OfferedAction> offered = actions.check(given);
        List<Submission> submissions = sealer.seal(given); // checked before: a sealed value fits no schema

        long[] newIds = ids.take(submissions.size());
        Rows.Origin origin =
                new Rows.Origin(principal.name(), newIds.length == 1 ? null : Long.toString(newIds[0]), null, false);
        List<SubmitStore.Row> all = new ArrayList<>(newIds.length);
        for (int i = 0; i < newIds.length; i++) {
            all.add(rows.of(newIds[i], submissions.get(i).task(), offered.get(i).minimumRisk(), origin));
        }
        Stored stored = (isPlain(submissions, graph) ? storePlain(submissions, all) : Optional.<Stored>empty())
                .orElseGet(() -> storeConnected(submissions, graph, all));
        if (!stored.added().isEmpty()) {
            tellWhenDue(submissions, stored.at());
        }
        return stored;
    }

    /** Whether the tasks have nothing to do with any other: nearly all, and stored by one statement. */
    private static boolean isPlain(List<Submission> submissions, RequestGraph graph) {
        return !graph.hasEdges()
                && submissions.stream()
                        .map(Submission::task)
                        .noneMatch(
                                task -> task.hasMoments() || (task.idempotencyKey() != null && submissions.size() > 1));
    }

    /** Empty: not stored, for another task has the key. */
    private Optional<Stored> storePlain(List<Submission> submissions, List<SubmitStore.Row> all) {
        IdempotencyKey key = submissions.getFirst().task().idempotencyKey();
        SubmitStore.Row first = all.getFirst();
        SubmitStore.Receipt receipt =
                key == null ? plain.submit(all) : plain.submit(first, new Claim(key.key(), first.id(), key.digest()));
        if (receipt.refused().contains(first.id())) {
            return Optional.empty();
        }
        long[] newIds = all.stream().mapToLong(SubmitStore.Row::id).toArray();
        List<Long> gated =
                Arrays.stream(newIds).boxed().filter(receipt.gated()::contains).toList();
        if (!gated.isEmpty()) {
            submitted.moved(database.inTransaction(tx -> gate.judge(tx, gated)));
        }
        return Optional.of(new Stored(newIds, all, gated.isEmpty(), receipt.at()));
    }

    private Stored storeConnected(List<Submission> submissions, RequestGraph graph, List<SubmitStore.Row> all) {
        AtomicReference<Moved> moved = new AtomicReference<>(Moved.NOTHING);
        ConnectedSubmit.Stored stored = database.inTransaction(tx -> {
            ConnectedSubmit.Stored now = connected.store(tx, submissions, graph, all, true);
            moved.set(consequences
                    .follow(tx, now.replaced())
                    .and(consequences.skip(tx, now.skipped()))
                    .and(moments.act(tx, now.timed()))
                    .and(gate.judge(
                            tx, now.added().stream().map(SubmitStore.Row::id).toList())));
            return now;
        });
        if (!stored.added().isEmpty()) {
            submitted.moved(moved.get().and(Moved.READY)); // claims passed over the upstreams while they were locked
        }
        return new Stored(stored.ids(), stored.added(), false, stored.at());
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
     * @param added the rows of those stored now
     * @param plain whether they stand as they were asked for: nothing else has moved them
     */
    private record Stored(long[] ids, List<SubmitStore.Row> added, boolean plain, Instant at) {}

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
                row.dryRun(),
                1,
                null,
                null,
                null);
        return new TaskDetail(
                stored, row.actionParams(), null, row.metadata(), row.rationale(), null, null, null, Links.NONE);
    }

    private void tellWhenDue(List<Submission> submissions, Instant at) {
        for (Submission submission : submissions) {
            NewTask task = submission.task();
            if (task.runAt() != null) {
                submitted.dueAt(task.runAt());
            } else if (task.delay() != null) {
                submitted.dueIn(task.delay());
            }
            tellMoments(task, at);
        }
    }

    private void tellMoments(NewTask task, Instant at) {
        if (task.startBy() != null) {
            submitted.dueAt(task.startBy());
        }
        if (task.deadlineAt() != null) {
            Duration left = Duration.between(at, task.deadlineAt());
            submitted.dueAt(at.plus(left.multipliedBy(task.atRiskPercent()).dividedBy(100)));
            submitted.dueAt(task.deadlineAt());
        }
        for (NewDependency dependency : task.dependencies()) {
            if (dependency.timeout() != null) {
                submitted.dueIn(dependency.timeout());
            }
        }
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
