package escapement.workflow;

import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Storable;
import escapement.task.NewDependency;
import escapement.task.Submission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tasks of one request as a graph whose names are resolved and that has no cycle of its own. Immutable. */
public final class RequestGraph {
    private final List<Submission> submissions;
    private final Map<String, Integer> byRef = new HashMap<>();
    private final List<List<Place>> upstreams = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    private RequestGraph(List<Submission> submissions) {
        this.submissions = submissions;
    }

    /** @throws InvalidInputException naming every task that is unknown, named twice or waits for itself */
    public static RequestGraph of(List<Submission> submissions) {
        RequestGraph graph = new RequestGraph(submissions);
        graph.readRefs();
        for (Submission submission : submissions) {
            graph.upstreams.add(graph.resolve(submission));
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

    /** Whether any task names another. */
    public boolean hasEdges() {
        return upstreams.stream().anyMatch(places -> !places.isEmpty());
    }

    /** Every task outside the request that some task of it waits for, in the order of ids. */
    public long[] storedUpstreams() {
        Set<Long> ids = new TreeSet<>();
        upstreams.forEach(places -> places.forEach(place -> {
            if (place instanceof Place.Stored stored) {
                ids.add(stored.id());
            }
        }));
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether another task of the request waits for the task at {@code index}. */
    public Set<Integer> followed() {
        Set<Integer> followed = new HashSet<>();
        upstreams.forEach(places -> places.forEach(place -> {
            if (place instanceof Place.InRequest within) {
                followed.add(within.index());
            }
        }));
        return followed;
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

    private List<Place> resolve(Submission submission) {
        List<Place> places = new ArrayList<>();
        List<NewDependency> dependencies = submission.task().dependencies();
        for (int i = 0; i < dependencies.size(); i++) {
            String name = dependencies.get(i).task();
            String path = submission.path() + "/dependencies/" + i;
            Place place = place(name);
            if (place == null) {
                faults.add(new Fault(
                        path,
                        Storable.shorten(name),
                        byRef.isEmpty()
                                ? "is no task id"
                                : "is neither a task id nor the ref of a task in this batch"));
            } else if (places.contains(place)) {
                faults.add(new Fault(path, Storable.shorten(name), "is named by an earlier dependency of this task"));
            } else {
                places.add(place);
            }
        }
        return places;
    }

    private @Nullable Place place(String name) {
        Integer index = byRef.get(name);
        if (index != null) {
            return new Place.InRequest(index);
        }
        return isId(name) ? new Place.Stored(Long.parseLong(name)) : null;
    }

    private static boolean isId(String name) {
        return name.matches("[0-9]{1,18}");
    }

    /** Depth first along "waits for"; a task met again on the way there closes a cycle. Iterative: chains are long. */
    private void refuseCycles() {
        boolean[] done = new boolean[submissions.size()];
        for (int start = 0; start < submissions.size(); start++) {
            if (!done[start] && findCycle(start, done)) {
                return; // one at a time: mending it may mend the others
            }
        }
    }

    private boolean findCycle(int start, boolean[] done) {
        Deque<Step> way = new ArrayDeque<>();
        Set<Integer> onWay = new HashSet<>();
        way.push(new Step(start));
        onWay.add(start);
        while (!way.isEmpty()) {
            Step step = way.element();
            List<Place> places = upstreams.get(step.task);
            if (step.next == places.size()) {
                done[step.task] = true;
                onWay.remove(step.task);
                way.pop();
            } else if (places.get(step.next++) instanceof Place.InRequest upstream && !done[upstream.index()]) {
                if (!onWay.add(upstream.index())) {
                    reportCycle(way, upstream.index());
                    return true;
                }
                way.push(new Step(upstream.index()));
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
                submissions.get(closing).path() + "/dependencies",
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
