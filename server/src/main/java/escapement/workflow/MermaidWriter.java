package escapement.workflow;

import escapement.task.TaskStatus;
import escapement.workflow.WorkflowGraph.Branch;
import escapement.workflow.WorkflowGraph.Dependency;
import escapement.workflow.WorkflowGraph.Edge;
import escapement.workflow.WorkflowGraph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A graph in the language of Mermaid; whatever texts say, they stay texts. */
public final class MermaidWriter {
    private static final String HARMLESS = " ,:/=!?'";

    private MermaidWriter() {}

    public static String write(WorkflowGraph graph) {
        StringBuilder mermaid = new StringBuilder("flowchart TD\n");
        List<Integer> takenLinks = new ArrayList<>();
        List<Integer> paleLinks = new ArrayList<>();
        graph.nodes().forEach(node -> line(mermaid, node(node)));
        for (int i = 0; i < graph.edges().size(); i++) {
            Edge edge = graph.edges().get(i);
            switch (edge) {
                case Dependency dependency -> line(mermaid, dependency(dependency));
                case Branch branch -> {
                    if (branch.to() == null) {
                        line(
                                mermaid,
                                "%s[%s]:::unmade"
                                        .formatted(GraphText.unmadeId(branch), quote(GraphText.unmadeName(branch))));
                    }
                    line(mermaid, branch(branch));
                    (GraphText.isTaken(branch) ? takenLinks : paleLinks).add(i);
                }
            }
        }
        style(mermaid, takenLinks, "stroke:" + GraphText.STRONG + ",stroke-width:3px");
        style(mermaid, paleLinks, "stroke:" + GraphText.PALE);
        for (TaskStatus status : TaskStatus.values()) {
            line(mermaid, "classDef %s stroke:%s,stroke-width:2px".formatted(status, GraphText.colour(status)));
        }
        line(mermaid, "classDef unmade stroke:" + GraphText.PALE + ",stroke-dasharray:4");
        line(mermaid, "classDef external stroke-dasharray:2");
        return mermaid.toString();
    }

    private static String node(Node node) {
        String line = "n%d[\"%s<br/>%s\"]:::%s"
                .formatted(node.id(), escape(GraphText.name(node)), escape(GraphText.standing(node)), node.status());
        return node.external() ? line + "\n  class n" + node.id() + " external" : line;
    }

    private static String dependency(Dependency dependency) {
        String label = GraphText.label(dependency);
        return "n%d -->%s n%d"
                .formatted(dependency.from(), label.isEmpty() ? "" : "|" + quote(label) + "|", dependency.to());
    }

    private static String branch(Branch branch) {
        String target = branch.to() == null ? GraphText.unmadeId(branch) : "n" + branch.to();
        return "n%d -.->|%s| %s".formatted(branch.from(), quote(GraphText.label(branch)), target);
    }

    private static void style(StringBuilder mermaid, List<Integer> links, String style) {
        if (!links.isEmpty()) {
            String numbers = links.stream().map(String::valueOf).collect(Collectors.joining(","));
            line(mermaid, "linkStyle " + numbers + " " + style);
        }
    }

    private static void line(StringBuilder mermaid, String line) {
        mermaid.append("  ").append(line).append('\n');
    }

    private static String quote(String text) {
        return '"' + escape(text) + '"';
    }

    /** Mermaid has no escape character; a character's number stands for what could be read as its syntax, or as Markdown. */
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (Character.isLetterOrDigit(c) || HARMLESS.indexOf(c) >= 0) {
                escaped.appendCodePoint(c);
            } else if (Character.isWhitespace(c) || Character.isISOControl(c)) {
                escaped.append(' ');
            } else {
                escaped.append('#').append(c).append(';');
            }
        });
        return escaped.toString();
    }
}
