package escapement.workflow;

import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Storable;
import escapement.task.NewBranch;
import escapement.task.NewDependency;
import escapement.task.NewTask;
import escapement.task.Submission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The tasks of one request as a graph whose names are resolved and that has no cycle of its own. Immutable. */
public final class RequestGraph {
    private final List<Submission> submissions;
    private final Map<String, Integer> byRef = new HashMap<>();
    private final List<List<Place>> upstreams = new ArrayList<>();
    private final List<Set<Place>> targets = new ArrayList<>();
    private final List<Set<Place>> inTemplates = new ArrayList<>();
    private final List<List<Integer>> waitsFor = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    private RequestGraph(List<Submission> submissions) {
        this.submissions = submissions;
    }

    /** @throws InvalidInputException naming every task that is unknown, named twice or waits for itself */
    public static RequestGraph of(List<Submission> submissions) {
        RequestGraph graph = new RequestGraph(submissions);
        graph.readRefs();
        for (Submission submission : submissions) {
            graph.upstreams.add(graph.resolve(submission.task().dependencies(), submission.path()));
            graph.targets.add(new LinkedHashSet<>());
            graph.inTemplates.add(new LinkedHashSet<>());
            graph.resolve(
                    submission.task().branches(),
                    submission.path(),
                    graph.targets.getLast(),
                    graph.inTemplates.getLast());
        }
        if (graph.faults.isEmpty()) {
            graph.refuseCycles();
        }
        if (!graph.faults.isEmpty()) {
            throw new InvalidInputException(graph.faults);
        }
        return graph;
    }

    /** What the task at {@code index} waits for, in the order of its dependencies. */
    public List<Place> upstreams(int index) {
        return upstreams.get(index);
    }

    /** What branches of the task at {@code index} may take, however deep in templates. */
    public Set<Place> targets(int index) {
        return targets.get(index);
    }

    /** What templates of the task at {@code index} wait for. */
    public Set<Place> inTemplates(int index) {
        return inTemplates.get(index);
    }

    /** Whether any task has to do with another, now or when it ends. */
    public boolean hasEdges() {
        return upstreams.stream().anyMatch(places -> !places.isEmpty())
                || submissions.stream()
                        .anyMatch(submission -> !submission.task().branches().isEmpty());
    }

    /** Every stored task that the task at {@code index} waits for, directly or through others of the request. */
    public Set<Long> storedAbove(int index) {
        Set<Long> stored = new LinkedHashSet<>();
        Set<Integer> seen = new HashSet<>(Set.of(index));
        Deque<Integer> next = new ArrayDeque<>(seen);
        while (!next.isEmpty()) {
            int task = next.remove();
            for (Place place : upstreams.get(task)) {
                if (place instanceof Place.Stored one) {
                    stored.add(one.id());
                }
            }
            for (int upstream : waitsFor.get(task)) {
                if (seen.add(upstream)) {
                    next.add(upstream);
                }
            }
        }
        return stored;
    }

    /** The task that is called {@code name} here; null for {@code parent} and what names nothing. */
    public @Nullable Place place(String name) {
        Integer index = byRef.get(name);
        if (index != null) {
            return new Place.InRequest(index);
        }
        return isId(name) ? new Place.Stored(Long.parseLong(name)) : null;
    }

    private void readRefs() {
        for (int i = 0; i < submissions.size(); i++) {
            String ref = submissions.get(i).ref();
            if (ref == null) {
                continue;
            }
            String path = submissions.get(i).path() + "/ref";
            if (isId(ref)) {
                faults.add(new Fault(path, ref, "must not look like a task id: begin it with a letter"));
            } else if (byRef.putIfAbsent(ref, i) != null) {
                faults.add(new Fault(path, Storable.shorten(ref), "is used by an earlier task of this batch"));
            }
        }
    }

    private List<Place> resolve(List<NewDependency> dependencies, String path) {
        Set<Place> places = new LinkedHashSet<>(); // there may be 100,000
        for (int i = 0; i < dependencies.size(); i++) {
            String at = path + "/dependencies/" + i;
            Place place = resolve(dependencies.get(i).task(), at);
            if (place != null && !places.add(place)) {
                faults.add(new Fault(
                        at,
                        Storable.shorten(dependencies.get(i).task()),
                        "is named by an earlier dependency of this task"));
            }
        }
        return List.copyOf(places);
    }

    private void resolve(List<NewBranch> branches, String path, Set<Place> targets, Set<Place> inTemplates) {
        for (int i = 0; i < branches.size(); i++) {
            String at = path + "/conditional_branches/" + i;
            NewBranch branch = branches.get(i);
            if (branch.nextTask() != null) {
                Place target = resolve(branch.nextTask(), at + "/next_task_id");
                if (target != null) {
                    targets.add(target);
                }
            }
            if (branch.template() != null) {
                String template = at + "/next_task_template";
                List<Place> dependencies = resolve(branch.template().dependencies(), template);
                Set<Place> ownTargets = new LinkedHashSet<>();
                resolve(branch.template().branches(), template, ownTargets, inTemplates);
                refuseOwnTargets(branch.template(), dependencies, ownTargets, template);
                inTemplates.addAll(dependencies);
                targets.addAll(ownTargets);
            }
        }
    }

    private void refuseOwnTargets(NewTask task, List<Place> dependencies, Set<Place> targets, String path) {
        for (int i = 0; i < dependencies.size(); i++) {
            if (targets.contains(dependencies.get(i))) {
                faults.add(new Fault(
                        path + "/dependencies/" + i,
                        Storable.shorten(task.dependencies().get(i).task()),
                        "would wait for this task's own branch to take it, and this task for it"));
            }
        }
    }

    private @Nullable Place resolve(String name, String path) {
        Place place = place(name);
        if (place == null) {
            faults.add(new Fault(
                    path,
                    Storable.shorten(name),
                    byRef.isEmpty() ? "is no task id" : "is neither a task id nor the ref of a task in this batch"));
        }
        return place;
    }

    private static boolean isId(String name) {
        return name.matches("[0-9]{1,18}");
    }

    /** Depth first along "waits for"; a task met again on the way there closes a cycle. Iterative: chains are long. */
    private void refuseCycles() {
        findWaits();
        boolean[] done = new boolean[submissions.size()];
        for (int start = 0; start < submissions.size(); start++) {
            if (!done[start] && findCycle(start, done)) {
                return; // one at a time: mending it may mend the others
            }
        }
    }

    /** A task waits for those it depends on, and for those whose branches may take it. */
    private void findWaits() {
        for (List<Place> places : upstreams) {
            waitsFor.add(new ArrayList<>(within(places)));
        }
        for (int source = 0; source < targets.size(); source++) {
            for (int target : within(targets.get(source))) {
                waitsFor.get(target).add(source);
            }
        }
    }

    private static List<Integer> within(Collection<Place> places) {
        return places.stream()
                .filter(Place.InRequest.class::isInstance)
                .map(place -> ((Place.InRequest) place).index())
                .toList();
    }

    private boolean findCycle(int start, boolean[] done) {
        Deque<Step> way = new ArrayDeque<>();
        Set<Integer> onWay = new HashSet<>();
        way.push(new Step(start));
        onWay.add(start);
        while (!way.isEmpty()) {
            Step step = way.element();
            List<Integer> upstream = waitsFor.get(step.task);
            if (step.next == upstream.size()) {
                done[step.task] = true;
                onWay.remove(step.task);
                way.pop();
                continue;
            }
            int next = upstream.get(step.next++);
            if (!done[next]) {
                if (!onWay.add(next)) {
                    reportCycle(way, next);
                    return true;
                }
                way.push(new Step(next));
            }
        }
        return false;
    }

    private void reportCycle(Deque<Step> way, int closing) {
        List<String> names = new ArrayList<>();
        names.add(name(closing));
        for (Step step : way) {
            names.add(name(step.task));
            if (step.task == closing) {
                break;
            }
        }
        Collections.reverse(names);
        faults.add(new Fault(
                submissions.get(closing).path() + (upstreams.get(closing).isEmpty() ? "" : "/dependencies"),
                Storable.shorten(name(closing)),
                "would wait for itself: " + String.join(" -> ", names)));
    }

    private String name(int index) {
        String ref = submissions.get(index).ref();
        return ref != null ? ref : submissions.get(index).path();
    }

    private static final class Step {
        private final int task;
        private int next;

        Step(int task) {
            this.task = task;
        }
    }
}
