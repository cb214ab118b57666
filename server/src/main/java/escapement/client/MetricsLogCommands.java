package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code metrics-log}: a day of it read back, and the logs of another system taken in. */
final class MetricsLogCommands {
    private static final String LOG = "/api/v1/metrics-log";
    private static final String OUTPUT = "--output";
    private static final String SOURCE = "--source";

    private MetricsLogCommands() {}

    static CommandSpec spec() {
        CommandSpec group = CommandSpec.create().mixinStandardHelpOptions(true);
        group.usageMessage().description("Reads a day of the metrics log back, or imports the logs of another system.");
        group.addSubcommand("show", show());
        group.addSubcommand("import", imports());
        return group;
    }

    private static CommandSpec show() {
        return Options.of("Writes a day of the metrics log, made anew from the database.", MetricsLogCommands::show)
                .argument("DAY", "1", "in UTC, as 20261123 or 2026-11-23")
                .value(OUTPUT, "FILE", "where to; otherwise standard output")
                .examples("escapement metrics-log show 20261123 --output buddy_task_queue_logs_20261123.jsonl");
    }

    private static int show(Call call) {
        String path = LOG + "/" + call.id();
        if (!call.has(OUTPUT)) {
            call.api().download(path, unclosed(System.out));
            return ExitCode.OK;
        }
        Path file = Path.of(call.text(OUTPUT)).toAbsolutePath();
        Path part = file.resolveSibling(file.getFileName() + ".part"); // or half a day might be taken for a whole one
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                call.api().download(path, out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            return ExitCode.OK;
        } catch (IOException e) {
            throw ClientException.usage(OUTPUT + " cannot be written: " + Inputs.why(e));
        } finally {
            part.toFile().delete();
        }
    }

    private static OutputStream unclosed(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                out.flush();
            }
        };
    }

    private static CommandSpec imports() {
        return Options.of(
                        "Takes in metrics logs of another system, so that its history counts in calibration.",
                        MetricsLogCommands::imports)
                .arguments("FILE", "a file of JSON lines; what was imported before is not imported twice")
                .value(SOURCE, "NAME", "which system it is from (import): ids of tasks are told apart by it")
                .examples("escapement metrics-log import buddy_task_queue_logs_*.jsonl --source buddy");
    }

    private static int imports(Call call) {
        List<String> files = call.arguments();
        boolean good = true;
        try (Progress progress = new Progress(!call.wantsJson())) {
            for (String file : files) {
                String path = LOG + (call.has(SOURCE) ? "?source=" + Api.segment(call.text(SOURCE)) : "");
                Reply reply = call.api().upload(path, "application/jsonl", Path.of(file), progress);
                progress.close();
                JsonNode report = reply.json();
                Call.say(call.wantsJson() ? reply.body() : file + "\n" + told(report));
                good &= report.path("refused").longValue() == 0;
                for (JsonNode error : report.path("errors")) {
                    System.err.println(file + ":" + error.path("line").asText() + " "
                            + Text.line(error.path("message").asText()));
                }
            }
        }
        return good ? ExitCode.OK : ExitCode.ENDED_BADLY;
    }

    private static String told(JsonNode report) {
        return Text.fields(
                report, "source", "lines", "imported", "known", "own", "partial", "uncounted", "outcomes", "refused");
    }
}
