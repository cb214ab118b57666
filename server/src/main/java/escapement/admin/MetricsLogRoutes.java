package escapement.admin;

import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Storable;
import escapement.metricslog.LineStore;
import escapement.metricslog.LineWriter;
import escapement.metricslog.LogImport;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/** The metrics log: any day of it from the database, and the logs of other systems into it. */
public final class MetricsLogRoutes implements Routes {
    private static final String JSON_LINES = "application/jsonl";

    private static final String SOURCE = "source";
    private static final String NO_SOURCE = "import";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private final LineStore lines;
    private final LogImport logImport;

    public MetricsLogRoutes(LineStore lines, LogImport logImport) {
        this.lines = lines;
        this.logImport = logImport;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/metrics-log/{day}", this::day, Needs.VIEWER);
        routes.post("/api/v1/metrics-log", this::take, Needs.ADMIN);
    }

    private void day(Context ctx) throws IOException {
        new Query(ctx, Set.of()).check();
        LocalDate day = day(ctx.pathParam("day"));
        ctx.contentType(JSON_LINES)
                .header("Content-Disposition", "attachment; filename=\"" + LineStore.fileName(day) + "\"");
        LineWriter writer = new LineWriter(ctx.outputStream());
        lines.ofDay(day, writer::write);
        writer.finish();
    }

    // line by line, so that a year of logs needs no more memory than a day
    private void take(Context ctx) throws IOException {
        Query query = new Query(ctx, Set.of(SOURCE));
        String source = Objects.requireNonNullElse(query.text(SOURCE), NO_SOURCE);
        if (!NAME.matcher(source).matches()) {
            query.fault(SOURCE, "must be 1 to 64 letters, digits, '_', '.', ':' or '-'");
        }
        query.check();

        TaskRoutes.answer(
                ctx,
                logImport.take(Caller.of(ctx), source, ctx.bodyInputStream()).json());
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
