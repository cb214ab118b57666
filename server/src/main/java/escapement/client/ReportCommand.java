package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code report}: what operators ask in SQL. */
final class ReportCommand {
    private static final String REPORTS = "/api/v1/reports";
    private static final String CSV = "--csv";
    private static final String LIMIT = "--limit";
    private static final String PARAMETER = "--set";

    private ReportCommand() {}

    static CommandSpec spec() {
        return Options.of("Lists the reports, or answers one.", ReportCommand::run)
                .argument("NAME", "0..1", "of a report; otherwise they are listed")
                .values(PARAMETER, "NAME=VALUE", "a parameter of the report, as the list names it")
                .value(LIMIT, "NUMBER", "at most so many rows, up to 10000 (1000)")
                .flag(CSV, "as CSV")
                .examples(
                        "escapement report",
                        "escapement report throughput-by-hour --set hours=48",
                        "escapement report node-load --csv > nodes.csv");
    }

    private static int run(Call call) {
        if (call.argument(0).isEmpty()) {
            if (call.has(CSV) || call.has(PARAMETER) || call.has(LIMIT)) {
                throw ClientException.usage("NAME is missing: " + CSV + ", " + PARAMETER + " and " + LIMIT
                        + " are for one report; `escapement report` lists them");
            }
            return call.answer(call.api().get(REPORTS), ReportCommand::list);
        }
        if (call.has(CSV) && call.wantsJson()) {
            throw ClientException.usage("give either " + CSV + " or " + Options.JSON);
        }
        String path = REPORTS + "/" + call.id();
        if (call.has(CSV)) {
            System.out.print(call.api().get(path + ".csv", query(call)).body());
            System.out.flush();
            return ExitCode.OK;
        }
        return call.answer(call.api().get(path, query(call)), ReportCommand::table);
    }

    private static Map<String, String> query(Call call) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String given : call.texts(PARAMETER)) {
            int equals = given.indexOf('=');
            if (!given.matches("[a-z_]+=(?s:.*)")) {
                throw ClientException.usage(PARAMETER + " must be NAME=VALUE, such as hours=48, got '" + given + "'");
            }
            query.put(given.substring(0, equals), given.substring(equals + 1));
        }
        query.put("limit", call.text(LIMIT));
        return query;
    }

    private static String list(JsonNode reports) {
        ArrayNode rows = Json.nodes().arrayNode();
        for (JsonNode report : reports.path("items")) {
            StringBuilder parameters = new StringBuilder();
            for (JsonNode parameter : report.path("parameters")) {
                parameters
                        .append(parameters.isEmpty() ? "" : " ")
                        .append(parameter.path("name").asText())
                        .append('=')
                        .append(parameter.path("default").asText());
            }
            ObjectNode row = rows.addObject();
            row.set("name", report.path("name"));
            row.put("parameters", parameters.toString());
            row.set("question", report.path("question"));
        }
        return Text.table(rows, "name", "parameters", "question");
    }

    private static String table(JsonNode report) {
        String[] columns = new String[report.path("columns").size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = report.path("columns").path(i).path("name").asText();
        }
        ArrayNode rows = Json.nodes().arrayNode();
        for (JsonNode values : report.path("rows")) {
            ObjectNode row = rows.addObject();
            for (int i = 0; i < columns.length; i++) {
                row.set(columns[i], values.path(i));
            }
        }
        return Text.table(rows, columns)
                + (report.path("more").booleanValue() ? "\nmore: --limit NUMBER, or narrow it with " + PARAMETER : "");
    }
}
