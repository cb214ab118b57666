package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code show}: a task, why it stands there, its attempts, and what was decided about it. */
final class ShowCommand {
    private static final List<String> PARTS = List.of("attempts", "decisions", "events", "explain");
    private static final String[] TASK = {
        "id",
        "description",
        "action_name",
        "action_params",
        "queue",
        "workflow_id",
        "parent_id",
        "priority",
        "risk_level",
        "confidence_score",
        "status",
        "reason",
        "attempt_count",
        "max_attempts",
        "created_at",
        "created_by",
        "run_at",
        "started_at",
        "completed_at",
        "start_by",
        "deadline_at",
        "on_time",
        "progress",
        "error",
        "result",
        "metadata",
        "dry_run",
        "reasoning",
        "alternatives",
        "reversible",
        "undo",
        "payload_digest",
        "version"
    };

    private ShowCommand() {}

    static CommandSpec spec() {
        Options options = Options.of("Shows a task, its attempts and what was decided about it.", ShowCommand::run)
                .argument("ID", "1", "of the task");
        options.flag("--attempts", "its attempts only, with what they logged")
                .flag("--decisions", "only what the gate and people decided")
                .flag("--events", "its events only")
                .flag("--explain", "only why it is not running");
        return options.examples(
                "escapement show 357341279028200", "escapement show 357341279028200 --decisions --json");
    }

    private static int run(Call call) {
        String path = "/api/v1/tasks/" + call.id();
        List<String> wanted =
                PARTS.stream().filter(part -> call.has("--" + part)).toList();
        if (wanted.size() > 1) {
            throw ClientException.usage("--" + String.join(" and --", wanted) + " exclude each other: give one");
        }
        if (!wanted.isEmpty()) {
            return call.answer(call.api().get(path + "/" + wanted.getFirst()), part -> part(wanted.getFirst(), part));
        }
        Reply task = call.api().get(path);
        if (call.wantsJson()) {
            Call.say(task.body());
            return ExitCode.OK;
        }
        Call.say(Text.fields(task.json(), TASK));
        for (String part : List.of("attempts", "decisions")) {
            String text = part(part, call.api().get(path + "/" + part).json());
            if (!text.isEmpty()) {
                Call.say("\n" + text);
            }
        }
        return ExitCode.OK;
    }

    private static String part(String part, JsonNode json) {
        return switch (part) {
            case "attempts" ->
                table(json.path("items"), "attempt", "node", "started_at", "ended_at", "outcome", "gate_path", "error");
            case "decisions" -> decisions(json);
            case "events" -> events(json.path("items"));
            default ->
                Text.of(json.path("summary"))
                        + (json.path("reasons").isEmpty()
                                ? ""
                                : "\n" + Text.table(json.path("reasons"), "code", "outlook", "message"));
        };
    }

    private static String decisions(JsonNode json) {
        String decided = table(
                json.path("items"), "at", "decision", "code", "value", "threshold", "policy_version", "path", "reason");
        String said = table(json.path("approvals"), "at", "verdict", "by", "verified", "reason");
        return decided + (decided.isEmpty() || said.isEmpty() ? "" : "\n\n") + said;
    }

    private static String events(JsonNode items) {
        return items.isEmpty()
                ? ""
                : Text.table(
                        items,
                        items.get(0).properties().stream()
                                .map(Map.Entry::getKey)
                                .toArray(String[]::new));
    }

    private static String table(JsonNode items, String... columns) {
        return items.isEmpty() ? "" : Text.table(items, columns);
    }
}
