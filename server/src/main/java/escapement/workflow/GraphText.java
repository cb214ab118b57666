package escapement.workflow;

import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;
import escapement.workflow.WorkflowGraph.Branch;
import escapement.workflow.WorkflowGraph.Dependency;
import escapement.workflow.WorkflowGraph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What drawings of a graph say, whatever their language; unescaped. */
final class GraphText {
    static final String STRONG = "#205e45";
    static final String PALE = "#8a94a3";
    private static final int MAX_NAME = 60;

    private GraphText() {}

    static String title(WorkflowGraph graph) {
        String title = "workflow " + shorten(graph.workflowId());
        return graph.truncated()
                ? title + ": " + graph.nodes().size() + " tasks shown, it has " + graph.taskCount()
                : title;
    }

    static String name(Node node) {
        String description =
                node.description() == null ? "" : node.description().strip();
        return shorten(description.isEmpty() ? node.actionName() : description);
    }

    static String standing(Node node) {
        return node.actionName() + ", " + node.status()
                + (node.attemptCount() > 1 ? ", attempt " + node.attemptCount() : "");
    }

    static String label(Dependency dependency) {
        return dependency.required() == RequiredStatus.COMPLETED
                ? ""
                : dependency.required().name();
    }

    static String label(Branch branch) {
        List<String> parts = new ArrayList<>();
        parts.add(branch.condition());
        if (branch.taken() != null) {
            parts.add(branch.taken() ? "(taken)" : "(not taken)");
        }
        if (branch.error() != null) {
            parts.add("(" + shorten(branch.error()) + ")");
        }
        return String.join(" ", parts);
    }

    static boolean isTaken(Branch branch) {
        return Boolean.TRUE.equals(branch.taken());
    }

    /** The node that a branch leads to. */
    static String target(Branch branch) {
        return branch.to() == null ? unmadeId(branch) : Long.toString(branch.to());
    }

    /** Stands for the task that a branch has not made. */
    static String unmadeId(Branch branch) {
        return "b" + branch.from() + "_" + branch.position();
    }

    static String unmadeName(Branch branch) {
        return Objects.requireNonNullElse(branch.actionName(), "a task");
    }

    static String colour(TaskStatus status) {
        return switch (status) {
            case BLOCKED, PENDING -> "#3a4352";
            case SCHEDULED -> "#895b0b";
            case DEFERRED -> "#5c0b67";
            case IN_PROGRESS -> "#1d66a0";
            case COMPLETED -> "#205e45";
            case FAILED -> "#a3230a";
            case SKIPPED, CANCELLED -> "#566070";
        };
    }

    private static String shorten(String text) {
        int length = text.codePointCount(0, text.length());
        return length <= MAX_NAME ? text : text.substring(0, text.offsetByCodePoints(0, MAX_NAME - 1)) + "…";
    }
}
