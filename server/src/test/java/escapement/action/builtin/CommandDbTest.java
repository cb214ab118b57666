package escapement.action.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.support.Eventually;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands as tasks of a server. */
class CommandDbTest {
    private static TestDatabase database;
    private static List<CommandAction> commands;
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("commands.json"), """
                {"hello": {"argv": ["sh", "-c", "echo hello; echo \\"$NAME\\""], "env": {"NAME": "${name}"}},
                 "harmless": {"argv": ["true"], "risk": "LOW"},
                 "alone": {"argv": ["sleep", "0.3"], "max_concurrent": 1, "risk": "LOW"},
                 "stubborn": {"argv": ["sh", "-c", "trap '' TERM; while true; do sleep 0.2; done", "${marker}"], "risk": "LOW"}}""");
        commands = CommandFile.read(file);
        database = TestDatabase.create();
        server = serve(database);
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    private static TestServer serve(TestDatabase database) {
        return TestServer.with().actions(commands.toArray(Action[]::new)).start(database);
    }

    @Test
    void a_command_runs_as_a_task_with_its_output_as_result_and_log() {
        String id = server.submit(
                "{\"action_name\":\"command:hello\",\"confidence_score\":0.9,\"action_params\":{\"name\":\"$(id)\"}}");

        JsonNode done = server.await(id, "COMPLETED");

        assertThat(done.path("result").path("output").asText()).isEqualTo("hello\n$(id)\n");
        Eventually.within(
                Duration.ofSeconds(5),
                () -> assertThat(server.attempts(id).getFirst().path("log"))
                        .extracting(line -> line.path("line").asText())
                        .containsExactly("hello", "$(id)"));
    }

    @Test
    void a_command_makes_its_task_as_risky_as_the_file_says_whatever_the_task_says() {
        String risky = server.submit(
                "{\"action_name\":\"command:hello\",\"action_params\":{\"name\":\"x\"},\"risk_level\":\"LOW\"}");
        String harmless = server.submit("{\"action_name\":\"command:harmless\"}");
        String stated = server.submit("{\"action_name\":\"command:harmless\",\"risk_level\":\"MEDIUM\"}");

        assertThat(server.task(risky).path("risk_level").asText()).isEqualTo("HIGH");
        assertThat(server.task(harmless).path("risk_level").asText()).isEqualTo("LOW");
        assertThat(server.task(stated).path("risk_level").asText()).isEqualTo("MEDIUM");
    }

    @Test
    void parameters_are_checked_when_the_task_is_submitted() {
        assertThat(server.post("/api/v1/tasks", "{\"action_name\":\"command:hello\"}")
                        .faultPaths())
                .containsExactly("/action_params/name");
        assertThat(server.post(
                                "/api/v1/tasks",
                                "{\"action_name\":\"command:hello\",\"action_params\":{\"name\":[\"a\"],\"x\":1}}")
                        .faultPaths())
                .containsExactlyInAnyOrder("/action_params/name", "/action_params/x");
    }

    @Test
    void commands_that_must_not_run_together_wait_for_each_other_and_use_up_no_attempt() {
        List<String> ids = server.submitMany(3, "{\"action_name\":\"command:alone\",\"max_attempts\":1}");

        ids.forEach(id -> server.await(id, "COMPLETED"));

        List<String> outcomes = ids.stream()
                .flatMap(id -> server.attempts(id).stream())
                .map(attempt -> attempt.path("outcome").asText())
                .toList();
        assertThat(outcomes).contains("SNOOZED").doesNotContain("FAILED", "TIMEOUT");
        assertThat(outcomes.stream().filter("SUCCEEDED"::equals)).hasSize(3);
    }

    @Test
    void when_the_server_stops_its_commands_end_and_their_tasks_run_again() {
        String marker = UUID.randomUUID().toString();
        String id;
        TestDatabase ofThisTest = TestDatabase.create();
        try (TestServer server = serve(ofThisTest)) {
            id = server.submit("command:stubborn", "{\"marker\":\"" + marker + "\"}");
            Eventually.within(
                    Duration.ofSeconds(10), () -> assertThat(processes(marker)).isNotEmpty());
        }
        assertThat(processes(marker)).as("ended before its server").isEmpty();

        try (ofThisTest;
                TestServer server = serve(ofThisTest)) {
            Eventually.within(
                    Duration.ofSeconds(10),
                    () -> assertThat(server.attempts(id))
                            .extracting(attempt -> attempt.path("outcome").asText())
                            .containsExactly("LOST", "null"));
            assertThat(server.attempts(id).getFirst().path("error").asText())
                    .isEqualTo("interrupted because its node stopped");
        }
    }

    private static List<Long> processes(String marker) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .flatMap(Arrays::stream)
                        .anyMatch(marker::equals))
                .map(ProcessHandle::pid)
                .toList();
    }
}
