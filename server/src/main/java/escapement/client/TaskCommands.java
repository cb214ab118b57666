package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code list}, {@code cancel} and {@code retry}. */
final class TaskCommands {
    private static final Map<String, String> FILTERS = new LinkedHashMap<>();
    private static final String WORKFLOW = "--workflow";
    private static final String DOWNSTREAM = "--downstream";

    static {
        FILTERS.put("--status", "status");
        FILTERS.put("--action", "action");
        FILTERS.put("--queue", "queue");
        FILTERS.put(WORKFLOW, "workflow_id");
        FILTERS.put("--priority", "priority");
        FILTERS.put("--risk", "risk");
        FILTERS.put("--limit", "limit");
        FILTERS.put("--cursor", "cursor");
    }

    private TaskCommands() {}

    static CommandSpec list() {
        return Options.of("Lists tasks, newest first.", TaskCommands::list)
                .value("--status", "WORD", "only those that stand there, such as DEFERRED")
                .value("--action", "NAME", "only those of this action")
                .value("--queue", "NAME", "only those of this queue")
                .value(WORKFLOW, "ID", "only those of this workflow")
                .value("--priority", "WORD", "only those of this priority")
                .value("--risk", "WORD", "only those of this risk level")
                .value("--limit", "NUMBER", "at most so many, up to 200 (50)")
                .value("--cursor", "WORD", "the next page, as the page before names it")
                .examples("escapement list --status FAILED --queue mail", "escapement list --limit 200 --json");
    }

    private static int list(Call call) {
        Map<String, String> query = new LinkedHashMap<>();
        FILTERS.forEach((option, parameter) -> query.put(parameter, call.text(option)));
        return call.answer(call.api().get("/api/v1/tasks", query), TaskCommands::rows);
    }

    private static String rows(JsonNode page) {
        return Text.table(
                        page.path("items"),
                        "id",
                        "status",
                        "action_name",
                        "queue",
                        "priority",
                        "risk_level",
                        "created_at",
                        "description")
                + more(page);
    }

    static String more(JsonNode page) {
        return page.path("next").isTextual() ? "\nmore: --cursor " + Text.of(page.path("next")) : "";
    }

    static CommandSpec cancel() {
        return Options.of("Cancels a task, or all of a workflow.", TaskCommands::cancel)
                .argument("ID", "1", "of the task")
                .flag(WORKFLOW, "ID is that of a workflow")
                .why()
                .examples(
                        "escapement cancel 357341279028200 --reason 'the order was withdrawn'",
                        "escapement cancel --workflow 357341279028200 --reason 'the order was withdrawn'");
    }

    private static int cancel(Call call) {
        JsonNode body = Json.nodes().objectNode().put("reason", call.text(Options.REASON));
        if (call.has(WORKFLOW)) {
            return call.answer(
                    call.api().post("/api/v1/workflows/" + call.id() + "/cancel", body),
                    stopped -> Text.fields(stopped, "workflow_id", "cancelled", "stopping", "counts"));
        }
        return call.answer(call.api().post("/api/v1/tasks/" + call.id() + "/cancel", body), TaskCommands::standing);
    }

    static CommandSpec retry() {
        return Options.of("Runs a task that FAILED, was CANCELLED or SKIPPED again.", TaskCommands::retry)
                .argument("ID", "1", "of the task")
                .flag(DOWNSTREAM, "also what follows it and ended without success")
                .why()
                .examples("escapement retry 357341279028200 --reason 'the mail server is back'");
    }

    private static int retry(Call call) {
        JsonNode body = Json.nodes()
                .objectNode()
                .put("reason", call.text(Options.REASON))
                .put("downstream", call.has(DOWNSTREAM));
        return call.answer(call.api().post("/api/v1/tasks/" + call.id() + "/retry", body), TaskCommands::standing);
    }

    /** A task after something was done to it. */
    static String standing(JsonNode task) {
        JsonNode reason = task.path("reason");
        return Text.of(task.path("id")) + "  " + Text.of(task.path("status"))
                + (reason.isTextual() ? "  " + Text.of(reason) : "");
    }
}
