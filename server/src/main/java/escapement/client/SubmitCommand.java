package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;

/** {@code submit}: one task made of options. Several come as a batch: {@link BatchSubmit}. */
final class SubmitCommand {
    static final String BATCH = "--batch";
    static final String WAIT = "--wait";
    static final String KEY_PREFIX = "cli-";
    private static final String TASKS = "/api/v1/tasks";
    private static final String DRY_RUN = "--dry-run";
    private static final String REVERSIBLE = "--reversible";
    private static final String KEY = "--key";
    private static final Map<String, String> TEXTS = inOrder(
            "--description",
            "description",
            "--queue",
            "queue",
            "--workflow",
            "workflow_id",
            "--priority",
            "priority",
            "--risk",
            "risk_level",
            "--reasoning",
            "reasoning",
            "--undo",
            "undo",
            "--run-at",
            "run_at",
            "--start-by",
            "start_by",
            "--deadline",
            "deadline_at",
            KEY,
            "idempotency_key");
    private static final Map<String, String> NUMBERS = inOrder(
            "--confidence", "confidence_score",
            "--max-attempts", "max_attempts",
            "--delay", "delay_seconds",
            "--attempt-timeout", "timeout_seconds");
    private static final Map<String, String> JSONS = inOrder("--params", "action_params", "--metadata", "metadata");
    private static final Map<String, String> LISTS =
            inOrder("--after", "dependencies", "--alternative", "alternatives");

    private SubmitCommand() {}

    static CommandSpec spec() {
        return Options.of("Submits a task, or many with --batch.", SubmitCommand::run)
                .argument("ACTION", "0..1", "what to run, such as echo")
                .value("--params", "JSON", "its parameters: JSON, @FILE or - for standard input; secrets only so")
                .value("--description", "TEXT", "for people")
                .value("--queue", "NAME", "the queue it waits in")
                .value("--workflow", "ID", "groups tasks")
                .value("--priority", "WORD", "CRITICAL, HIGH, MEDIUM, LOW or BACKGROUND")
                .value("--risk", "WORD", "how much harm it can do: LOW, MEDIUM or HIGH")
                .value("--confidence", "NUMBER", "from 0 to 1, that it does the right thing")
                .value("--reasoning", "TEXT", "why, for those who decide about it")
                .values("--alternative", "TEXT", "what else could be done")
                .value(REVERSIBLE, "BOOLEAN", "true or false: whether it can be undone")
                .value("--undo", "TEXT", "how to undo it")
                .value("--max-attempts", "NUMBER", "how many attempts may fail")
                .value("--attempt-timeout", "SECONDS", "how long one attempt may run")
                .value("--run-at", "TIME", "not before, such as 2026-12-31T09:00:00Z")
                .value("--delay", "SECONDS", "not before so long from now")
                .value("--start-by", "TIME", "or never")
                .value("--deadline", "TIME", "by when it should have ended")
                .values("--after", "ID", "a task that must be COMPLETED before")
                .value("--metadata", "JSON", "anything to keep with it: JSON, @FILE or -")
                .flag(DRY_RUN, "only say what it would do")
                .value(KEY, "TEXT", "your own name for it: the same again stores nothing; one is made otherwise")
                .values(
                        BATCH,
                        "@FILE",
                        "tasks from a file, or - for standard input: {\"tasks\": [...]}, [...] or one task, stored all or "
                                + "none; or a task on each line, stored 1000 at a time")
                .flag(WAIT, "wait for the end and show it; the exit code tells whether it was a good one")
                .value(Patience.OPTION, "SECONDS", "how long to wait at most; for ever otherwise")
                .examples(
                        "escapement submit echo --params '{\"value\": \"hello\"}' --wait",
                        "escapement submit http_request --params @request.json --risk HIGH --confidence 0.4",
                        "generate-tasks | escapement submit --batch -");
    }

    private static Map<String, String> inOrder(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static int run(Call call) {
        Patience patience = Patience.of(call);
        if (call.has(Patience.OPTION) && !call.has(WAIT)) {
            throw ClientException.usage(Patience.OPTION + " needs " + WAIT);
        }
        if (call.has(BATCH)) {
            refuseBeside(call);
            return new BatchSubmit(call, patience).run();
        }
        if (call.argument(0).isEmpty()) {
            throw ClientException.usage("ACTION is needed, or " + BATCH + ": see 'escapement submit --help'");
        }
        ObjectNode task = task(call);
        Reply reply = call.api().postRepeatable(TASKS, task);
        if (call.has(WAIT)) {
            String id = reply.json().path("id").asText();
            if (!call.wantsJson()) {
                System.err.println("task " + id + " is stored");
            }
            return new Waiter(call, patience).task(id);
        }
        return call.answer(reply, SubmitCommand::stored);
    }

    private static String stored(JsonNode task) {
        return Text.of(task.path("id")) + "  " + Text.of(task.path("status"))
                + (task.path("existing").booleanValue() ? "  stored before" : "");
    }

    private static void refuseBeside(Call call) {
        List<String> beside = Stream.of(TEXTS, NUMBERS, JSONS, LISTS, Map.of(DRY_RUN, "", REVERSIBLE, ""))
                .flatMap(options -> options.keySet().stream())
                .filter(call::has)
                .sorted()
                .toList();
        if (!beside.isEmpty() || !call.argument(0).isEmpty()) {
            throw ClientException.usage(BATCH + " says everything of its tasks: leave out "
                    + (call.argument(0).isEmpty() ? String.join(", ", beside) : "'" + call.argument(0) + "'"));
        }
    }

    private static ObjectNode task(Call call) {
        ObjectNode task = call.body(TEXTS);
        task.put("action_name", call.argument(0));
        NUMBERS.forEach((option, field) -> {
            if (call.has(option)) {
                task.put(field, Inputs.number(option, call.text(option)));
            }
        });
        JSONS.forEach((option, field) -> {
            if (call.has(option)) {
                task.set(field, Inputs.json(option, call.text(option)));
            }
        });
        LISTS.forEach((option, field) -> {
            if (call.has(option)) {
                call.texts(option).forEach(task.putArray(field)::add);
            }
        });
        if (call.has(DRY_RUN)) {
            task.put("dry_run", true);
        }
        if (call.has(REVERSIBLE)) {
            task.put("reversible", reversible(call.text(REVERSIBLE)));
        }
        if (!call.has(KEY)) {
            task.put("idempotency_key", KEY_PREFIX + UUID.randomUUID()); // so that a further try never doubles it
        }
        return task;
    }

    private static boolean reversible(String word) {
        return switch (word) {
            case "true" -> true;
            case "false" -> false;
            default -> throw ClientException.usage(REVERSIBLE + " must be true or false, got '" + word + "'");
        };
    }
}
