package escapement.workflow;

import escapement.action.RiskLevel;
import escapement.task.Priority;
import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workflow's tasks and how they lead to each other. Every edge joins nodes that are there.
 *
 * @param taskCount how many tasks the workflow has, shown or not
 * @param truncated whether there are more nodes or edges than shown
 */
public record WorkflowGraph(String workflowId, long taskCount, boolean truncated, List<Node> nodes, List<Edge> edges) {
    public WorkflowGraph {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /** @param external whether it is a task of another workflow that leads here or is led to */
    public record Node(
            long id,
            @Nullable String description,
            String actionName,
            TaskStatus status,
            Priority priority,
            RiskLevel riskLevel,
            @Nullable BigDecimal confidenceScore,
            int attemptCount,
            @Nullable Long parentId,
            boolean external) {}

    public sealed interface Edge {}

    /** {@code to} waits for {@code from}. */
    public record Dependency(
            long from,
            long to,
            RequiredStatus required,
            boolean met,
            @Nullable BigDecimal timeoutSeconds) implements Edge {}

    /**
     * {@code from} may lead to {@code to}.
     *
     * @param position of the branch among those of its task, from 0
     * @param condition in a few words
     */
    public record Branch(
            long from,
            @Nullable Long to, // null while the task that its template describes is not made
            int position,
            String condition,
            @Nullable String actionName, // of its template; null when it leads to a task that there is
            @Nullable Boolean taken, // null until that is decided
            @Nullable String error)
            implements Edge {}
}
