package escapement.workflow;

import escapement.json.Storable;
import escapement.workflow.WorkflowGraph.Branch;
import escapement.workflow.WorkflowGraph.Dependency;
import escapement.workflow.WorkflowGraph.Edge;
import escapement.workflow.WorkflowGraph.Node;

/** A graph in the language of Graphviz; whatever texts say, they stay texts. */
public final class DotWriter {
    private DotWriter() {}

    public static String write(WorkflowGraph graph) {
        StringBuilder dot = new StringBuilder("digraph workflow {\n");
        dot.append("  label=").append(quote(GraphText.title(graph))).append(";\n");
        dot.append("  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", penwidth=2];\n");
        graph.nodes().forEach(node -> dot.append("  ").append(node(node)).append(";\n"));
        for (Edge edge : graph.edges()) {
            switch (edge) {
                case Dependency dependency ->
                    dot.append("  ").append(dependency(dependency)).append(";\n");
                case Branch branch -> {
                    if (branch.to() == null) {
                        dot.append("  ").append(unmade(branch)).append(";\n");
                    }
                    dot.append("  ").append(branch(branch)).append(";\n");
                }
            }
        }
        return dot.append("}\n").toString();
    }

    private static String node(Node node) {
        String style = node.external() ? ", style=\"rounded,filled,dotted\"" : "";
        return "%s [label=%s, class=\"%s\", color=\"%s\"%s]"
                .formatted(
                        quote(Long.toString(node.id())),
                        quote(GraphText.name(node) + "\n" + GraphText.standing(node)),
                        node.status(),
                        GraphText.colour(node.status()),
                        style);
    }

    private static String unmade(Branch branch) {
        return "%s [label=%s, class=\"unmade\", color=\"%s\", style=\"rounded,dashed\"]"
                .formatted(quote(GraphText.unmadeId(branch)), quote(GraphText.unmadeName(branch)), GraphText.PALE);
    }

    private static String dependency(Dependency dependency) {
        return "%s -> %s [label=%s, color=\"%s\"]"
                .formatted(
                        quote(Long.toString(dependency.from())),
                        quote(Long.toString(dependency.to())),
                        quote(GraphText.label(dependency)),
                        dependency.met() ? GraphText.STRONG : GraphText.PALE);
    }

    private static String branch(Branch branch) {
        return "%s -> %s [label=%s, style=dashed, color=\"%s\", penwidth=%d]"
                .formatted(
                        quote(Long.toString(branch.from())),
                        quote(GraphText.target(branch)),
                        quote(GraphText.label(branch)),
                        GraphText.isTaken(branch) ? GraphText.STRONG : GraphText.PALE,
                        GraphText.isTaken(branch) ? 2 : 1);
    }

    /** Within quotes only the quote and the backslash mean something, and {@code &} in a label may begin an entity. */
    private static String quote(String text) {
        String safe = Storable.mend(text, Integer.MAX_VALUE)
                .replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("&", "&amp;")
                .replace("\n", "\\n");
        return '"' + safe + '"';
    }
}
