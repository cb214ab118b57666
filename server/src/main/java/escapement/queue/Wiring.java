package escapement.queue;

import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.queue.EdgeStore.Edge;
import escapement.queue.EdgeStore.Target;
import escapement.reference.Reference;
import escapement.reference.References;
import escapement.task.BranchWriter;
import escapement.task.NewDependency;
import escapement.task.NewTask;
import escapement.task.OnDependencyFailure;
import escapement.task.Submission;
import escapement.task.TaskStatus;
import escapement.workflow.Place;
import escapement.workflow.RequestGraph;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/**
 * New tasks connected with those they wait for, in the transaction that stores them. Until it commits, none of the stored
 * ones that are still open can end, and none that has ended can be brought back.
 */
final class Wiring {
    private final EdgeStore store = new EdgeStore();
    private final List<Submission> submissions;
    private final RequestGraph graph;
    private final long[] ids;
    private final Set<Long> added = new HashSet<>();

    private final List<Edge> edges = new ArrayList<>();
    private final Map<Long, Integer> open = new HashMap<>();
    private final Set<Long> followed = new HashSet<>();
    private final Map<Long, String> skipped = new HashMap<>();
    private final List<Target> targets = new ArrayList<>();
    private final Set<Long> awaitingBranch = new HashSet<>();
    private final boolean holdsTargets;
    private final ConnectedSubmit.Standing standing;

    /**
     * @param ids the task of each submission
     * @param added those of them that are not stored yet
     * @param holdsTargets whether tasks stored before are to wait for the branches that name them; those that a template names
     *     do so already
     */
    Wiring(
            List<Submission> submissions,
            RequestGraph graph,
            long[] ids,
            Set<Long> added,
            boolean holdsTargets,
            ConnectedSubmit.Standing standing) {
        this.submissions = submissions;
        this.graph = graph;
        this.ids = ids;
        this.added.addAll(added);
        this.holdsTargets = holdsTargets;
        this.standing = standing;
        standing.awaitingBranch().forEach(index -> awaitingBranch.add(ids[index]));
    }

    /** Looks where the upstream tasks stand. @throws InvalidInputException naming those that do not exist */
    void connect(DSLContext tx) {
        Set<Long> wanted = new TreeSet<>();
        for (int i = 0; i < ids.length; i++) {
            for (Place place : graph.upstreams(i)) {
                if (!added.contains(id(place))) {
                    wanted.add(id(place));
                }
            }
        }
        Map<Long, TaskStatus> ended = standing(tx, wanted);
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            if (added.contains(ids[i])) {
                connect(i, wanted, ended, faults);
            }
        }
        connectTargets(tx, faults);
        refuseUnknownInTemplates(tx, faults);
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
    }

    private void connectTargets(DSLContext tx, List<Fault> faults) {
        Map<Long, Integer> stored = new TreeMap<>();
        for (int i = 0; i < ids.length; i++) {
            for (Place place :
                    added.contains(ids[i]) && !standing.ended().contains(i) ? graph.targets(i) : Set.<Place>of()) {
                targets.add(new Target(ids[i], id(place)));
                if (added.contains(id(place))) {
                    awaitingBranch.add(id(place));
                } else {
                    stored.put(id(place), i);
                }
            }
        }
        if (!holdsTargets || stored.isEmpty()) {
            return;
        }
        Set<Long> held = store.holdBack(tx, stored.keySet());
        stored.forEach((target, source) -> {
            if (!held.contains(target)) {
                faults.add(new Fault(
                        submissions.get(source).path() + "/conditional_branches",
                        Long.toString(target),
                        "names a task that has started, has ended or does not exist: a branch can take only"
                                + " one that waits"));
            } else if (waitsFor(tx, graph.storedAbove(source), target)) {
                faults.add(new Fault(
                        submissions.get(source).path() + "/conditional_branches",
                        Long.toString(target),
                        "names a task that this one waits for: neither could ever start"));
            }
        });
    }

    /** Whether one of these tasks waits for {@code wanted}, through however many others. */
    private boolean waitsFor(DSLContext tx, Set<Long> tasks, long wanted) {
        Set<Long> seen = new HashSet<>(tasks);
        Set<Long> next = new HashSet<>(tasks);
        while (!next.isEmpty() && !seen.contains(wanted)) {
            Set<Long> above = new HashSet<>();
            store.above(tx, next).values().forEach(above::addAll);
            above.removeAll(seen);
            seen.addAll(above);
            next = above;
        }
        return seen.contains(wanted);
    }

    private void refuseUnknownInTemplates(DSLContext tx, List<Fault> faults) {
        Map<Long, Integer> stored = new TreeMap<>();
        for (int i = 0; i < ids.length; i++) {
            for (Place place : graph.inTemplates(i)) {
                if (!added.contains(id(place))) {
                    stored.put(id(place), i);
                }
            }
        }
        Set<Long> known = stored.isEmpty() ? Set.of() : store.existing(tx, stored.keySet());
        stored.forEach((task, source) -> {
            if (!known.contains(task)) {
                faults.add(new Fault(
                        submissions.get(source).path() + "/conditional_branches",
                        Long.toString(task),
                        "is a dependency in a template, and there is no such task"));
            }
        });
    }

    /** Takes those that do not exist out of {@code wanted}. @return how those ended that have */
    private Map<Long, TaskStatus> standing(DSLContext tx, Set<Long> wanted) {
        EdgeStore.Held held = store.hold(tx, wanted);
        wanted.removeIf(id -> !held.open().contains(id) && !held.ended().containsKey(id));
        return held.ended();
    }

    private void connect(int index, Set<Long> known, Map<Long, TaskStatus> ended, List<Fault> faults) {
        Submission submission = submissions.get(index);
        List<NewDependency> dependencies = submission.task().dependencies();
        for (int i = 0; i < dependencies.size(); i++) {
            long upstream = id(graph.upstreams(index).get(i));
            if (added.contains(upstream)) {
                followed.add(upstream);
            } else if (!known.contains(upstream)) {
                faults.add(new Fault(
                        submission.path() + "/dependencies/" + i, Long.toString(upstream), "there is no such task"));
                continue;
            }
            connect(ids[index], upstream, dependencies.get(i), ended.get(upstream), submission);
        }
    }

    private void connect(
            long downstream, long upstream, NewDependency dependency, @Nullable TaskStatus end, Submission submission) {
        boolean met = end != null && dependency.required().isMetBy(end);
        boolean skips = submission.task().onDependencyFailure() == OnDependencyFailure.SKIP;
        edges.add(new Edge(
                upstream,
                downstream,
                dependency.required(),
                met,
                skips,
                dependency.timeout() == null ? null : dependency.timeout().toMillis()));
        if (!met) {
            open.merge(downstream, 1, Integer::sum);
            if (end != null && skips) {
                skipped.put(downstream, Consequences.unmet(upstream, end));
            }
        }
    }

    private long id(Place place) {
        return switch (place) {
            case Place.InRequest within -> ids[within.index()];
            case Place.Stored stored -> stored.id();
        };
    }

    /** The row of the task at {@code index} with what its connections say. */
    SubmitStore.Row wired(int index, SubmitStore.Row row) {
        NewTask task = submissions.get(index).task();
        return row.wired(
                task.references().isEmpty() ? row.actionParams() : renamed(row),
                task.branches().isEmpty() ? null : BranchWriter.write(task.branches(), this::idOf),
                open.getOrDefault(row.id(), 0),
                awaitingBranch.contains(row.id()),
                followed.contains(row.id()) || !task.branches().isEmpty());
    }

    private String renamed(SubmitStore.Row row) {
        return Json.write(References.rename(
                Json.parse(row.actionParams()),
                name -> name.equals(Reference.PARENT) ? String.valueOf(row.parentId()) : idOf(name)));
    }

    private String idOf(String name) {
        return Long.toString(id(Objects.requireNonNull(graph.place(name), name)));
    }

    /** Stores the edges, once the new tasks are stored. */
    void store(DSLContext tx) {
        if (!edges.isEmpty()) {
            store.insert(tx, edges);
        }
        if (!targets.isEmpty()) {
            store.insertTargets(tx, targets);
        }
    }

    /** New tasks that wait for an end that has been another already, and are to be skipped then; with the reason. */
    Map<Long, String> skipped() {
        return skipped;
    }
}
