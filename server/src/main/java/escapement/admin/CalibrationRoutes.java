package escapement.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.RiskLevel;
import escapement.calibration.report.Evidence;
import escapement.calibration.report.EvidenceStore;
import escapement.calibration.report.Part;
import escapement.calibration.report.Question;
import escapement.json.Storable;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How far confidences came true. */
public final class CalibrationRoutes implements Routes {
    private static final String EVERY = "every";
    private static final Set<String> PARAMETERS = Set.of("action", "risk", "path", "from", "to", "basis", "format");

    private final EvidenceStore evidence;

    public CalibrationRoutes(EvidenceStore evidence) {
        this.evidence = evidence;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/calibration/summary", this::summary, Needs.VIEWER);
        routes.get("/api/v1/calibration/bins", this::bins, Needs.VIEWER);
        routes.get("/api/v1/calibration/curve", this::curve, Needs.VIEWER);
        routes.get("/api/v1/calibration/timeseries", this::timeseries, Needs.VIEWER);
        routes.get("/api/v1/calibration/actions", this::actions, Needs.VIEWER);
        routes.get("/api/v1/calibration/coverage", this::coverage, Needs.VIEWER);
        routes.get("/api/v1/calibration/what-if", this::whatIf, Needs.VIEWER);
    }

    private void summary(Context ctx) {
        Asked asked = ask(ctx, false, true);
        if (asked.csv()) {
            export(ctx, "summary", CalibrationJson.measureRows(asked.evidence()), CalibrationJson.MEASURE_COLUMNS);
            return;
        }
        TaskRoutes.answer(ctx, CalibrationJson.summary(asked.evidence()));
    }

    private void bins(Context ctx) {
        rows(ctx, ask(ctx, false, false), "bins", CalibrationJson::bins, CalibrationJson.BIN_COLUMNS);
    }

    private void curve(Context ctx) {
        rows(ctx, ask(ctx, false, true), "curve", CalibrationJson::curve, CalibrationJson.BLOCK_COLUMNS);
    }

    private void timeseries(Context ctx) {
        rows(ctx, ask(ctx, true, false), "timeseries", CalibrationJson::overTime, CalibrationJson.TIME_COLUMNS);
    }

    private void actions(Context ctx) {
        Question question = question(query(ctx, false));
        Asked asked = new Asked(evidence.read(question, Part.ACTION, false), isCsv(ctx));
        rows(ctx, asked, "actions", CalibrationJson::actions, CalibrationJson.ACTION_COLUMNS);
    }

    private void coverage(Context ctx) {
        rows(ctx, ask(ctx, false, false), "coverage", CalibrationJson::coverage, CalibrationJson.COVERAGE_COLUMNS);
    }

    private void whatIf(Context ctx) {
        rows(ctx, ask(ctx, false, true), "thresholds", CalibrationJson::thresholds, CalibrationJson.THRESHOLD_COLUMNS);
    }

    private Asked ask(Context ctx, boolean overTime, boolean finest) {
        Query query = query(ctx, overTime);
        Every every = overTime ? query.oneOf(EVERY, Every.class) : null;
        Question question = question(query);
        Part part = overTime ? Part.valueOf((every == null ? Every.WEEK : every).name()) : Part.NOTHING;
        return new Asked(evidence.read(question, part, finest), isCsv(ctx));
    }

    private static void rows(
            Context ctx, Asked asked, String name, Function<Evidence, ArrayNode> rows, List<String> columns) {
        ArrayNode found = rows.apply(asked.evidence());
        if (asked.csv()) {
            export(ctx, name, found, columns);
            return;
        }
        ObjectNode answer = CalibrationJson.about(asked.evidence());
        answer.set(name, found);
        TaskRoutes.answer(ctx, answer);
    }

    private static void export(Context ctx, String name, ArrayNode rows, List<String> columns) {
        StringBuilder csv = new StringBuilder();
        csv.append(Csv.line(columns.stream()));
        for (JsonNode row : rows) {
            List<@Nullable Object> cells = new ArrayList<>();
            columns.forEach(column -> cells.add(cell(row.path(column))));
            csv.append(Csv.row(cells.stream()));
        }
        ctx.contentType("text/csv; charset=utf-8; header=present")
                .header("Content-Disposition", "attachment; filename=\"calibration-" + name + ".csv\"")
                .result(csv.toString());
    }

    private static @Nullable Object cell(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        return value.isNumber() ? new BigDecimal(value.asText()) : value.asText();
    }

    private static Query query(Context ctx, boolean overTime) {
        Set<String> known = new TreeSet<>(PARAMETERS);
        if (overTime) {
            known.add(EVERY);
        }
        Query query = new Query(ctx, known);
        query.oneOf("format", Format.class);
        return query;
    }

    private static Question question(Query query) {
        Question.Basis basis = query.oneOf("basis", Question.Basis.class);
        Question question = new Question(
                query.text("action"),
                query.oneOf("risk", RiskLevel.class),
                query.oneOf("path", Question.Path.class),
                day(query, "from"),
                day(query, "to"),
                basis == null ? Question.Basis.RAW : basis);
        query.check();
        return question;
    }

    private static @Nullable LocalDate day(Query query, String name) {
        String value = query.text(name);
        if (value == null) {
            return null;
        }
        try {
            LocalDate day = LocalDate.parse(value);
            if (day.getYear() >= 1970 && day.getYear() <= 9999) {
                return day;
            }
        } catch (DateTimeParseException e) {
            // answered below, with what is accepted
        }
        query.fault(name, "must be a day (UTC) from 1970 to 9999 as 2026-11-22, got '" + Storable.shorten(value) + "'");
        return null;
    }

    private static boolean isCsv(Context ctx) {
        return Format.CSV.name().equalsIgnoreCase(ctx.queryParam("format"));
    }

    private enum Format {
        JSON,
        CSV
    }

    private enum Every {
        DAY,
        WEEK,
        MONTH
    }

    private record Asked(Evidence evidence, boolean csv) {}
}
