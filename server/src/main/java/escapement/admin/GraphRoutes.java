package escapement.admin;

import escapement.json.Storable;
import escapement.workflow.DotWriter;
import escapement.workflow.GraphReader;
import escapement.workflow.MermaidWriter;
import escapement.workflow.WorkflowGraph;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Objects;
import java.util.Set;

/** Draw a workflow. */
public final class GraphRoutes implements Routes {
    private static final Set<String> PARAMETERS = Set.of("format");

    private final GraphReader graphs;

    public GraphRoutes(GraphReader graphs) {
        this.graphs = graphs;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/workflows/{id}/graph", this::graph, Needs.VIEWER);
    }

    private void graph(Context ctx) {
        Query query = new Query(ctx, PARAMETERS);
        Format format = Objects.requireNonNullElse(query.oneOf("format", Format.class), Format.JSON);
        query.check();
        String id = ctx.pathParam("id");
        WorkflowGraph graph = graphs.read(id)
                .orElseThrow(
                        () -> ProblemException.notFound("no task names the workflow '" + Storable.shorten(id) + "'"));
        switch (format) {
            case JSON -> TaskRoutes.answer(ctx, GraphJson.of(graph));
            case DOT -> ctx.contentType("text/vnd.graphviz; charset=utf-8").result(DotWriter.write(graph));
            case MERMAID ->
                ctx.contentType("application/vnd.mermaid; charset=utf-8").result(MermaidWriter.write(graph));
        }
    }

    private enum Format {
        JSON,
        DOT,
        MERMAID
    }
}
