package escapement.workflow;

import escapement.branch.ConditionReader;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.task.Workflow;
import escapement.workflow.GraphStore.StoredBranch;
import escapement.workflow.GraphStore.Taken;
import escapement.workflow.WorkflowGraph.Branch;
import escapement.workflow.WorkflowGraph.Dependency;
import escapement.workflow.WorkflowGraph.Edge;
import escapement.workflow.WorkflowGraph.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Puts the graph of a workflow together, as of one moment. Thread-safe. */
public final class GraphReader {
    private static final int MOST_NODES = 5000;
    private static final int MOST_EDGES = 20_000;

    private final Database database;
    private final GraphStore store = new GraphStore();

    public GraphReader(Database database) {
        this.database = database;
    }

    /** The graph of a workflow; empty when no task names it. */
    public Optional<WorkflowGraph> read(String workflowId) {
        return database.atOneMoment(tx -> {
            List<Long> ids = store.ids(tx, workflowId, Workflow.ownTask(workflowId), MOST_NODES + 1);
            return ids.isEmpty() ? Optional.empty() : Optional.of(read(tx, workflowId, ids));
        });
    }

    private WorkflowGraph read(DSLContext tx, String workflowId, List<Long> found) {
        boolean tooMany = found.size() > MOST_NODES;
        List<Long> ids = tooMany ? found.subList(0, MOST_NODES) : found;
        long count = tooMany ? store.count(tx, workflowId, Workflow.ownTask(workflowId)) : ids.size();

        List<Dependency> dependencies = store.dependencies(tx, ids, MOST_EDGES + 1);
        List<Branch> branches = branches(tx, ids);
        List<Edge> edges = Stream.<Edge>concat(dependencies.stream(), branches.stream())
                .limit(MOST_EDGES)
                .toList();

        Map<Long, Node> nodes = new LinkedHashMap<>();
        store.nodes(tx, ids, workflowId).forEach(node -> nodes.put(node.id(), node));
        Set<Long> others = others(edges, nodes.keySet());
        int room = MOST_NODES - nodes.size();
        store.nodes(tx, others.stream().limit(room).toList(), workflowId).forEach(node -> nodes.put(node.id(), node));
        return new WorkflowGraph(
                workflowId,
                count,
                tooMany || others.size() > room || dependencies.size() + branches.size() > MOST_EDGES,
                List.copyOf(nodes.values()),
                edges.stream()
                        .filter(edge -> ends(edge).allMatch(nodes::containsKey))
                        .toList());
    }

    private static Set<Long> others(List<Edge> edges, Set<Long> known) {
        return edges.stream()
                .flatMap(GraphReader::ends)
                .filter(id -> !known.contains(id))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<Long> ends(Edge edge) {
        return switch (edge) {
            case Dependency dependency -> Stream.of(dependency.from(), dependency.to());
            case Branch branch -> Stream.of(branch.from(), branch.to()).filter(Objects::nonNull);
        };
    }

    private List<Branch> branches(DSLContext tx, List<Long> ids) {
        List<StoredBranch> stored = store.branches(tx, ids, MOST_EDGES + 1);
        Map<List<Long>, List<Taken>> results =
                store
                        .results(
                                tx,
                                stored.stream()
                                        .map(StoredBranch::task)
                                        .distinct()
                                        .toList())
                        .stream()
                        .collect(Collectors.groupingBy(result -> List.of(result.task(), (long) result.position())));
        return stored.stream()
                .flatMap(branch -> edges(
                        branch, results.getOrDefault(List.of(branch.task(), (long) branch.position()), List.of())))
                .toList();
    }

    /** One edge for each task that the branch led to: a task that runs again may take it again. */
    private static Stream<Branch> edges(StoredBranch branch, List<Taken> results) {
        List<Taken> taken = results.stream().filter(Taken::taken).toList();
        if (!taken.isEmpty()) {
            return taken.stream()
                    .map(one -> edge(branch, one.to() == null ? branch.target() : one.to(), true, one.error()));
        }
        @Nullable String error = results.isEmpty() ? null : results.getLast().error();
        Boolean decided = branch.ended() && !results.isEmpty() ? Boolean.FALSE : null;
        return Stream.of(edge(branch, branch.target(), decided, error));
    }

    private static Branch edge(
            StoredBranch branch, @Nullable Long to, @Nullable Boolean taken, @Nullable String error) {
        return new Branch(branch.task(), to, branch.position(), condition(branch), branch.actionName(), taken, error);
    }

    private static String condition(StoredBranch branch) {
        List<Fault> faults = new ArrayList<>();
        var condition = ConditionReader.read(new Fields(Json.parse(branch.condition()), "", faults));
        // stored by a version that knows more conditions
        return faults.isEmpty() ? condition.describe() : branch.type();
    }
}
