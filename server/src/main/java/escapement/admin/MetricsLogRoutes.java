package escapement.admin;

import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Storable;
import escapement.metricslog.LineStore;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;

/** The metrics log: any day of it from the database. */
final class MetricsLogRoutes {
    private static final String JSON_LINES = "application/jsonl";

    private final LineStore lines;

    MetricsLogRoutes(LineStore lines) {
        this.lines = lines;
    }

    void addTo(RoutesConfig routes) {
        routes.get("/api/v1/metrics-log/{day}", this::day, Needs.VIEWER);
    }

    private void day(Context ctx) throws IOException {
        new Query(ctx, Set.of()).check();
        LocalDate day = day(ctx.pathParam("day"));
        ctx.contentType(JSON_LINES)
                .header("Content-Disposition", "attachment; filename=\"" + LineStore.fileName(day) + "\"");
        OutputStream out = ctx.outputStream();
        lines.ofDay(day, line -> out.write(line.bytes()));
    }

    private static LocalDate day(String text) {
        try {
            return text.contains("-") ? LocalDate.parse(text) : LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
        } catch (DateTimeParseException e) {
            throw new InvalidInputException(List.of(
                    new Fault("day", Storable.shorten(text), "must be a day (UTC) such as 20261123 or 2026-11-23")));
        }
    }
}
