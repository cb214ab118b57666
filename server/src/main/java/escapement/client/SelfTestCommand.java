package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code selftest}: the five tests of the old system against a live server, and its report of them. */
final class SelfTestCommand {
    private static final String OUTPUT = "--output";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss");

    private SelfTestCommand() {}

    static CommandSpec spec() {
        return Options.of(
                        "Tests a live server: order, dependencies, gate, branches and retries. It submits tasks of no"
                                + " harm to the queue '" + SelfTest.QUEUE
                                + "', where they stay as history, and cancels what does not end by itself.",
                        SelfTestCommand::run)
                .value(OUTPUT, "FOLDER", "where test_report_YYYYMMDD_HHMMSS.json is written (the current one)")
                .examples("escapement selftest", "escapement selftest --output reports --json");
    }

    private static int run(Call call) {
        Path folder = Path.of(call.has(OUTPUT) ? call.text(OUTPUT) : "").toAbsolutePath();
        if (!Files.isDirectory(folder)) {
            throw ClientException.usage(OUTPUT + " must be a folder that exists, got '" + folder + "'");
        }
        String mode = call.api().get("/api/v1/mode").json().path("mode").asText();
        if (!mode.equals("LIVE")) {
            throw new ClientException(
                    ExitCode.ENDED_BADLY,
                    "the server is " + mode + ", so no task runs as it should: test it when it is LIVE");
        }
        LocalDateTime startedAt = LocalDateTime.now(ZoneOffset.UTC);
        List<SelfTest.Result> results = new ArrayList<>();
        for (SelfTest.Case one : new SelfTest(call.api(), startedAt.format(STAMP)).cases()) {
            SelfTest.Result result = one.run();
            results.add(result);
            if (!call.wantsJson()) {
                Call.say((result.passed() ? "PASS  " : "FAIL  ") + result.name() + "  " + result.details());
            }
        }
        ObjectNode report = report(call, startedAt, results);
        Path file = write(folder.resolve("test_report_" + startedAt.format(STAMP) + ".json"), report);
        long passed = results.stream().filter(SelfTest.Result::passed).count();
        Call.say(call.wantsJson() ? Json.write(report) : passed + " of " + results.size() + " passed: " + file);
        return passed == results.size() ? ExitCode.OK : ExitCode.ENDED_BADLY;
    }

    /** The fields of the old system's report, in their order. */
    private static ObjectNode report(Call call, LocalDateTime startedAt, List<SelfTest.Result> results) {
        long passed = results.stream().filter(SelfTest.Result::passed).count();
        ObjectNode report = Json.nodes().objectNode();
        report.put("timestamp", startedAt.toInstant(ZoneOffset.UTC).toString())
                .put("total_tests", results.size())
                .put("passed_tests", passed)
                .put("failed_tests", results.size() - passed)
                .put("success_rate", (double) passed / results.size())
                .put("dry_run_enabled", true)
                .put("phase5_available", hasWebTools(call));
        for (SelfTest.Result result : results) {
            report.withArray("/test_results")
                    .addObject()
                    .put("test_name", result.name())
                    .put("passed", result.passed())
                    .put("details", result.details())
                    .put("execution_time_ms", result.milliseconds());
        }
        ObjectNode checklist = report.putObject("validation_checklist");
        results.forEach(result -> checklist.put(result.key(), result.passed()));
        return report;
    }

    private static boolean hasWebTools(Call call) {
        for (JsonNode action : call.api().get("/api/v1/actions").json().path("items")) {
            if (action.path("name").asText().equals("web_inspect")) {
                return true;
            }
        }
        return false;
    }

    private static Path write(Path file, ObjectNode report) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.writeString(part, report.toPrettyString() + "\n");
            return Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw ClientException.usage("the report cannot be written: " + Inputs.why(e));
        }
    }
}
