package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import escapement.access.AuditFilter;
import escapement.access.AuditRow;
import escapement.access.AuditTrailStore;
import escapement.json.Json;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Who changed what, to read and to take along. */
public final class AuditRoutes implements Routes {
    private static final int CSV_PAGE = 1000;
    private static final Set<String> FILTERS = Set.of("principal", "operation", "target", "from", "to");
    private static final Set<String> LIST_PARAMETERS =
            Set.of("principal", "operation", "target", "from", "to", "limit", "cursor");
    private static final List<String> COLUMNS = List.of(
            "id",
            "at",
            "principal",
            "operation",
            "target",
            "reason",
            "outcome",
            "origin_address",
            "origin_via",
            "old",
            "new",
            "detail",
            "previous_hash",
            "hash");

    private final AuditTrailStore trail;

    public AuditRoutes(AuditTrailStore trail) {
        this.trail = trail;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/audit", this::list, Needs.ADMIN);
        routes.get("/api/v1/audit.csv", this::export, Needs.ADMIN);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx, LIST_PARAMETERS);
        AuditFilter filter = filter(query);
        int limit = query.integer("limit", 1, TaskRoutes.MAX_PAGE, TaskRoutes.PAGE);
        long before = TaskRoutes.cursor(query);
        query.check();

        List<AuditRow> found = trail.list(filter, before, limit + 1);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        found.stream().limit(limit).forEach(row -> items.add(json(row)));
        answer.put(
                "next",
                found.size() > limit
                        ? TaskRoutes.cursorAfter(found.get(limit - 1).id())
                        : null);
        TaskRoutes.answer(ctx, answer);
    }

    // page by page, so that a slow reader holds neither a transaction nor the rows
    private void export(Context ctx) throws IOException {
        Query query = new Query(ctx, FILTERS);
        AuditFilter filter = filter(query);
        query.check();

        List<AuditRow> page = trail.list(filter, Long.MAX_VALUE, CSV_PAGE);
        ctx.contentType("text/csv; charset=utf-8; header=present")
                .header("Content-Disposition", "attachment; filename=\"audit.csv\"");
        OutputStream out = ctx.outputStream();
        write(out, Csv.line(COLUMNS.stream()));
        while (!page.isEmpty()) {
            for (AuditRow row : page) {
                write(out, Csv.line(cells(row)));
            }
            page = page.size() < CSV_PAGE
                    ? List.of()
                    : trail.list(filter, page.getLast().id(), CSV_PAGE);
        }
    }

    private static AuditFilter filter(Query query) {
        return new AuditFilter(
                query.text("principal"),
                query.text("operation"),
                query.text("target"),
                query.time("from"),
                query.time("to"));
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write(line.getBytes(StandardCharsets.UTF_8));
    }

    private static Stream<@Nullable String> cells(AuditRow row) {
        return Stream.of(
                Long.toString(row.id()),
                row.at().toString(),
                row.principal(),
                row.operation(),
                row.target(),
                row.reason(),
                row.outcome(),
                row.originAddress(),
                row.originVia(),
                row.oldValue(),
                row.newValue(),
                row.detail(),
                row.previousHash(),
                row.hash());
    }

    private static ObjectNode json(AuditRow row) {
        ObjectNode json = Json.nodes().objectNode();
        json.put("id", Long.toString(row.id()));
        json.put("at", row.at().toString());
        json.put("principal", row.principal());
        json.put("operation", row.operation());
        json.put("target", row.target());
        json.put("reason", row.reason());
        json.put("outcome", row.outcome());
        json.put("origin_address", row.originAddress());
        json.put("origin_via", row.originVia());
        json.putRawValue("old", raw(row.oldValue()));
        json.putRawValue("new", raw(row.newValue()));
        json.putRawValue("detail", raw(row.detail()));
        json.put("previous_hash", row.previousHash());
        json.put("hash", row.hash());
        return json;
    }

    private static RawValue raw(@Nullable String json) {
        return new RawValue(json == null ? "null" : json);
    }
}
