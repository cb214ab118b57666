package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.json.Storable;
import escapement.report.Report;
import escapement.report.ReportAnswer;
import escapement.report.ReportParameter;
import escapement.report.ReportUnavailableException;
import escapement.report.Reports;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What operators ask in SQL, asked over HTTP. */
public final class ReportRoutes implements Routes {
    private static final String LIMIT = "limit";
    private static final int ROWS = 1000;
    private static final int MAX_ROWS = 10_000;
    private static final String RETRY_AFTER_SECONDS = "5";

    private final Reports reports;

    public ReportRoutes(Reports reports) {
        this.reports = reports;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/reports", this::list, Needs.VIEWER);
        routes.get("/api/v1/reports/{name}.csv", this::export, Needs.VIEWER); // first: {name} would take it too
        routes.get("/api/v1/reports/{name}", this::answer, Needs.VIEWER);
        routes.exception(ReportUnavailableException.class, ReportRoutes::unavailable);
    }

    private void list(Context ctx) {
        new Query(ctx, Set.of()).check();
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        reports.list().forEach(report -> items.add(json(report)));
        TaskRoutes.answer(ctx, answer);
    }

    private void answer(Context ctx) {
        Report report = report(ctx);
        ReportAnswer found = ask(ctx, report);
        ObjectNode answer = Json.nodes().objectNode();
        answer.put("name", report.name()).put("question", report.question());
        ArrayNode columns = answer.putArray("columns");
        found.columns()
                .forEach(
                        column -> columns.addObject().put("name", column.name()).put("type", column.type()));
        ArrayNode rows = answer.putArray("rows");
        for (List<@Nullable Object> row : found.rows()) {
            ArrayNode values = rows.addArray();
            row.forEach(value -> add(values, value));
        }
        answer.put("more", found.more());
        TaskRoutes.answer(ctx, answer);
    }

    private void export(Context ctx) {
        Report report = report(ctx);
        ReportAnswer found = ask(ctx, report);
        StringBuilder csv = new StringBuilder();
        csv.append(Csv.line(found.columns().stream().map(ReportAnswer.Column::name)));
        for (List<@Nullable Object> row : found.rows()) {
            csv.append(Csv.row(row.stream()));
        }
        ctx.contentType("text/csv; charset=utf-8; header=present")
                .header("Content-Disposition", "attachment; filename=\"" + report.name() + ".csv\"")
                .header("Escapement-More", Boolean.toString(found.more()))
                .result(csv.toString());
    }

    private Report report(Context ctx) {
        String name = ctx.pathParam("name");
        return reports.find(name)
                .orElseThrow(() -> ProblemException.notFound("there is no report '" + Storable.shorten(name)
                        + "'; GET /api/v1/reports lists those there are"));
    }

    private ReportAnswer ask(Context ctx, Report report) {
        Set<String> known = new HashSet<>();
        known.add(LIMIT);
        report.parameters().forEach(parameter -> known.add(parameter.name()));
        Query query = new Query(ctx, known);
        int limit = query.integer(LIMIT, 1, MAX_ROWS, ROWS);
        Map<String, String> given = new HashMap<>();
        for (ReportParameter parameter : report.parameters()) {
            String value = query.text(parameter.name());
            if (value != null) {
                given.put(parameter.name(), value);
            }
        }
        query.check();
        return reports.ask(report, given, limit);
    }

    private static ObjectNode json(Report report) {
        ObjectNode json = Json.nodes().objectNode();
        json.put("name", report.name())
                .put("title", report.title())
                .put("question", report.question())
                .put("slow", report.slow());
        ArrayNode parameters = json.putArray("parameters");
        for (ReportParameter parameter : report.parameters()) {
            ObjectNode one = parameters
                    .addObject()
                    .put("name", parameter.name())
                    .put("type", parameter.type().name().toLowerCase(Locale.ROOT));
            switch (parameter.type()) {
                case INTEGER ->
                    one.put("min", parameter.min())
                            .put("max", parameter.max())
                            .put("default", Integer.parseInt(parameter.otherwise()));
                case TEXT -> one.put("max_length", parameter.max()).put("default", parameter.otherwise());
            }
            one.put("meaning", parameter.meaning());
        }
        ArrayNode columns = json.putArray("columns");
        report.columns().forEach(columns::add);
        return json;
    }

    private static void add(ArrayNode values, @Nullable Object value) {
        switch (value) {
            case null -> values.addNull();
            case BigDecimal number -> values.add(number);
            case Boolean bool -> values.add(bool);
            default -> values.add(value.toString());
        }
    }

    private static void unavailable(ReportUnavailableException e, Context ctx) {
        ctx.header("Retry-After", RETRY_AFTER_SECONDS);
        Problem.of(503, "Report not answered", String.valueOf(e.getMessage())).answer(ctx);
    }
}
