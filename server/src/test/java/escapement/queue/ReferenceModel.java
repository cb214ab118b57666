package escapement.queue;

import escapement.queue.Plan.Verdict;
import escapement.queue.Plan.When;
import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/**
 * What tasks that wait for each other do, as plainly as it can be said: one thread, no database, nothing ever pending. A
 * task that may run does so at once and goes on until it is told how it ends.
 */
final class ReferenceModel {
    private final Map<String, Task> tasks = new LinkedHashMap<>();

    Collection<Task> tasks() {
        return tasks.values();
    }

    List<Task> all(TaskStatus status) {
        return tasks.values().stream().filter(task -> task.status == status).toList();
    }

    /** Adds new tasks; those named by branches wait for them, stored ones as well. */
    void submit(List<Task> batch) {
        batch.forEach(task -> tasks.put(task.name, task));
        for (Task task : batch) {
            targets(task.branches).forEach(target -> {
                target.awaits |= target.sources.isEmpty(); // one that a branch has taken goes its way
                target.sources.add(task);
            });
        }
        begin(batch);
    }

    /** Ends the running attempt of a task. */
    void end(Task task, Verdict verdict) {
        task.failures += verdict.succeeds() ? 0 : 1;
        if (verdict == Verdict.FAILED && task.failures < task.maxAttempts) {
            task.attempts++;
            return;
        }
        task.status = verdict.succeeds() ? TaskStatus.COMPLETED : TaskStatus.FAILED;
        List<Task> ended = new ArrayList<>(List.of(task));
        fire(task, verdict, ended);
        follow(ended);
    }

    void cancel(Collection<Task> cancelled) {
        cancelled.forEach(task -> task.status = TaskStatus.CANCELLED);
        follow(cancelled);
    }

    /** @return whether it had ended so that it can be run again */
    boolean retry(Task task, boolean downstream) {
        if (!isRetryable(task)) {
            return false;
        }
        List<Task> back = (downstream ? downstream(task) : Set.of(task))
                .stream().filter(ReferenceModel::isRetryable).toList();
        back.forEach(one -> {
            one.status = TaskStatus.BLOCKED;
            one.failures = 0;
        });
        for (Task one : back) {
            one.edges.replaceAll(edge -> edge.met(false));
            one.awaits = one.sources.stream().anyMatch(Task::isLive)
                    && one.sources.stream().noneMatch(source -> !source.isLive() && source.took.contains(one));
        }
        begin(back);
        return true;
    }

    /** Whether nothing of these can happen before a person does something. */
    boolean isSettled(int workflow) {
        Set<Task> seen = new HashSet<>();
        Queue<Task> next = new ArrayDeque<>();
        tasks.values().stream().filter(task -> task.workflow == workflow).forEach(next::add);
        while (!next.isEmpty()) {
            Task task = next.remove();
            if (task.status == TaskStatus.IN_PROGRESS) {
                return false;
            }
            if (task.status == TaskStatus.BLOCKED && seen.add(task)) {
                task.edges.stream()
                        .filter(edge -> !edge.met)
                        .map(Edge::upstream)
                        .forEach(next::add);
                if (task.awaits) {
                    next.addAll(task.sources);
                }
            }
        }
        return true;
    }

    private static boolean isRetryable(Task task) {
        return !task.isLive() && task.status != TaskStatus.COMPLETED;
    }

    /** A task and all that waits for it or may be taken by it, however far down. */
    private Set<Task> downstream(Task task) {
        Set<Task> down = new LinkedHashSet<>(Set.of(task));
        for (Queue<Task> next = new ArrayDeque<>(down); !next.isEmpty(); ) {
            Task above = next.remove();
            tasks.values().stream()
                    .filter(one ->
                            one.sources.contains(above) || one.edges.stream().anyMatch(edge -> edge.upstream == above))
                    .filter(down::add)
                    .forEach(next::add);
        }
        return down;
    }

    /** New tasks, or such as were brought back, look where the others stand. */
    private void begin(List<Task> begun) {
        List<Task> skipped = new ArrayList<>();
        for (Task task : begun) {
            task.edges.replaceAll(edge -> edge.met(edge.isMetNow()));
            if (task.skips && task.edges.stream().anyMatch(edge -> !edge.met && !edge.upstream.isLive())) {
                skipped.add(task);
            }
        }
        skipped.forEach(task -> task.status = TaskStatus.SKIPPED);
        begun.forEach(ReferenceModel::runIfReady);
        follow(skipped);
    }

    private static void runIfReady(Task task) {
        if (task.status == TaskStatus.BLOCKED
                && !task.awaits
                && task.edges.stream().allMatch(Edge::met)) {
            task.status = TaskStatus.IN_PROGRESS;
            task.attempts++;
        }
    }

    private void fire(Task source, Verdict verdict, List<Task> ended) {
        source.took.clear();
        for (Branch branch : source.branches) {
            if (branch.when.holds(verdict)) {
                switch (branch.sequel) {
                    case Target(Task target) -> take(source, target);
                    case Template template -> make(source, template, ended);
                }
            }
        }
    }

    private static void take(Task source, Task target) {
        if (target.isLive()) {
            source.took.add(target);
            target.awaits = false;
            runIfReady(target);
        }
    }

    private void make(Task parent, Template template, List<Task> ended) {
        Task child = template.keyed
                ? new Task("keyed", parent.workflow)
                : new Task(nameOfChild(parent, template.label), parent.workflow);
        if (tasks.containsKey(child.name)) {
            return; // its key says that it is there already
        }
        child.skips = template.skips;
        child.edges.addAll(template.edges);
        child.branches.addAll(template.branches);
        tasks.put(child.name, child);
        targets(child.branches).forEach(target -> target.sources.add(child));
        child.edges.replaceAll(edge -> edge.met(edge.isMetNow()));
        if (child.skips && child.edges.stream().anyMatch(edge -> !edge.met && !edge.upstream.isLive())) {
            child.status = TaskStatus.SKIPPED;
            ended.add(child);
        }
        runIfReady(child);
    }

    private String nameOfChild(Task parent, String label) {
        int n = 1;
        while (tasks.containsKey(parent.name + "/" + label + "#" + n)) {
            n++;
        }
        return parent.name + "/" + label + "#" + n;
    }

    /** Tells those that wait for tasks which have just ended. */
    private void follow(Collection<Task> ended) {
        Queue<Task> next = new ArrayDeque<>(ended);
        while (!next.isEmpty()) {
            Task end = next.remove();
            for (Task task : tasks.values()) {
                if (task.status == TaskStatus.BLOCKED && isToBeSkipped(task, end)) {
                    task.status = TaskStatus.SKIPPED;
                    next.add(task);
                }
                task.edges.replaceAll(edge -> edge.upstream == end ? edge.met(edge.met || edge.isMetNow()) : edge);
                runIfReady(task);
            }
        }
    }

    private static boolean isToBeSkipped(Task task, Task end) {
        boolean nobodyTakesIt = task.awaits
                && task.sources.contains(end)
                && task.sources.stream().noneMatch(Task::isLive);
        return nobodyTakesIt
                || (task.skips
                        && task.edges.stream().anyMatch(edge -> edge.upstream == end && !edge.met && !edge.isMetNow()));
    }

    /** Every task that branches name, also those in templates. */
    private static Set<Task> targets(List<Branch> branches) {
        Set<Task> targets = new HashSet<>();
        for (Branch branch : branches) {
            switch (branch.sequel) {
                case Target(Task target) -> targets.add(target);
                case Template template -> targets.addAll(targets(template.branches));
            }
        }
        return targets;
    }

    /** A task and where it stands. */
    static final class Task {
        final String name;
        final int workflow;
        final List<Edge> edges = new ArrayList<>();
        final List<Branch> branches = new ArrayList<>();
        boolean skips;
        int maxAttempts = 1;

        TaskStatus status = TaskStatus.BLOCKED;
        int attempts;
        private int failures;
        private boolean awaits;
        private final Set<Task> sources = new HashSet<>();
        private final Set<Task> took = new HashSet<>();

        Task(String name, int workflow) {
            this.name = name;
            this.workflow = workflow;
        }

        boolean isLive() {
            return !status.isTerminal();
        }

        /** Whether a new branch may name it. */
        boolean canBecomeTarget() {
            return status == TaskStatus.BLOCKED && attempts == 0;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    record Edge(Task upstream, RequiredStatus required, boolean met) {
        Edge met(boolean now) {
            return new Edge(upstream, required, now);
        }

        boolean isMetNow() {
            return !upstream.isLive() && required.isMetBy(upstream.status);
        }
    }

    record Branch(When when, Sequel sequel) {}

    /** What a branch leads to. */
    sealed interface Sequel permits Target, Template {}

    record Target(Task task) implements Sequel {}

    record Template(String label, List<Edge> edges, boolean skips, boolean keyed, List<Branch> branches)
            implements Sequel {}

    /** By name: how each task stands, for comparing. */
    Map<String, String> standing() {
        Map<String, String> standing = new HashMap<>();
        tasks.forEach((name, task) -> standing.put(name, task.status + " after " + task.attempts + " attempts"));
        return standing;
    }
}
