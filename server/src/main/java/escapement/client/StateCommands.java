package escapement.client;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code export} and {@code import}: tasks as a file. */
final class StateCommands {
    private static final String STATE = "/api/v1/queue-state";
    private static final String OUTPUT = "--output";
    private static final String DRY_RUN = "--dry-run";
    private static final String OPEN = "--open";
    private static final String ENDED = "--ended";
    private static final Map<String, String> FILTERS = new LinkedHashMap<>();

    static {
        FILTERS.put("--status", "status");
        FILTERS.put("--action", "action");
        FILTERS.put("--queue", "queue");
        FILTERS.put("--workflow", "workflow_id");
    }

    private StateCommands() {}

    static CommandSpec export() {
        return Options.of("Writes tasks as queue_state.json.", StateCommands::export)
                .value(OUTPUT, "FILE", "replaced as a whole once the export is complete; without it, standard output")
                .value("--status", "WORD", "only those that stand there, such as DEFERRED")
                .flag(OPEN, "only those that have not ended")
                .flag(ENDED, "only those that have ended")
                .value("--action", "NAME", "only those of this action")
                .value("--queue", "NAME", "only those of this queue")
                .value("--workflow", "ID", "only those of this workflow")
                .examples(
                        "escapement export --output queue_state.json",
                        "escapement export --open --queue mail > open.json");
    }

    private static int export(Call call) {
        Map<String, String> query = new LinkedHashMap<>();
        FILTERS.forEach((option, parameter) -> query.put(parameter, call.text(option)));
        if (call.has(OPEN) && call.has(ENDED)) {
            throw ClientException.usage(OPEN + " and " + ENDED + " exclude each other");
        }
        if (call.has(OPEN) || call.has(ENDED)) {
            query.put("ended", Boolean.toString(call.has(ENDED)));
        }
        boolean all = query.values().stream().allMatch(String::isEmpty);
        if (!call.has(OUTPUT)) {
            receive(call, query, System.out, false);
            return ExitCode.OK;
        }
        long tasks = WholeFile.write(OUTPUT, Path.of(call.text(OUTPUT)), out -> receive(call, query, out, all));
        Call.say(
                call.wantsJson()
                        ? Json.write(Json.nodes()
                                .objectNode()
                                .put("file", call.text(OUTPUT))
                                .put("tasks", tasks))
                        : tasks + " tasks in " + call.text(OUTPUT));
        return ExitCode.OK;
    }

    /** Copies what comes and reads it on the way: what is cut off is no JSON. @return how many tasks it holds */
    private static long receive(Call call, Map<String, String> query, OutputStream out, boolean all) {
        long tasks = 0;
        long total = 0;
        try (Progress progress = new Progress(out != System.out && !call.wantsJson());
                InputStream in = call.api().getStream(STATE, query);
                JsonParser parser = Json.mapper().getFactory().createParser(new Copying(in, out))) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token.isStructStart() && ++depth == 3 && token == JsonToken.START_OBJECT) {
                    progress.at(++tasks, all ? total : 0);
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_NUMBER_INT
                        && depth == 2
                        && "total_tasks".equals(parser.currentName())) {
                    total = parser.getLongValue();
                }
            }
            out.flush();
            return tasks;
        } catch (IOException e) {
            throw new ClientException(
                    ExitCode.UNREACHABLE, "the export broke off after " + tasks + " tasks: " + Inputs.why(e));
        }
    }

    static CommandSpec take() {
        return Options.of("Reads tasks of a queue_state.json or a workflow_snapshots.json.", StateCommands::take)
                .argument("FILE", "1", "of the original system, or of an export")
                .flag(DRY_RUN, "only say what it would do")
                .examples("escapement import --dry-run queue_state.json", "escapement import queue_state.json");
    }

    private static int take(Call call) {
        Path file = Path.of(call.argument(0));
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw ClientException.usage("there is no file " + file + " that you may read");
        }
        String path = STATE + (call.has(DRY_RUN) ? "?dry_run=true" : "");
        OutputStream copy = call.wantsJson() ? System.out : OutputStream.nullOutputStream();
        ImportReport report = new ImportReport(call.wantsJson());
        try (Progress progress = new Progress(!call.wantsJson());
                InputStream in = call.api().postFile(path, file);
                JsonParser parser = Json.mapper().getFactory().createParser(new Copying(in, copy))) {
            parser.setCodec(Json.mapper());
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("tasks")) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        JsonNode task = Json.readOne(parser);
                        report.add(task);
                        progress.at(report.told(), report.read());
                    }
                } else {
                    report.set(name, Json.readOne(parser));
                }
            }
            while (parser.nextToken() != null) {
                // to its end, so that all of it is copied
            }
            copy.flush();
        } catch (IOException e) {
            throw new ClientException(
                    ExitCode.UNREACHABLE,
                    "the import broke off after " + report.told() + " tasks: " + Inputs.why(e)
                            + "; import the file again for the rest");
        }
        if (call.wantsJson()) {
            Call.say("");
        }
        return report.end();
    }
}
