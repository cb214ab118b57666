package escapement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.access.Role;
import escapement.json.Json;
import escapement.support.ClientProcess;
import escapement.support.ClientProcess.Said;
import escapement.support.People;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line as a client, as a user or a script runs it: what it prints and how it ends. */
class ClientProcessTest {
    private static TestDatabase database;
    private static TestServer server;
    private static ClientProcess client;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
        client = ClientProcess.of(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
    }

    @Test
    void a_task_is_submitted_and_shown() {
        String id = client.run(
                        0,
                        "submit",
                        "echo",
                        "--params",
                        "{\"value\": 1.50}",
                        "--description",
                        "Greet",
                        "--risk",
                        "low",
                        "--confidence",
                        "0.4",
                        "--priority",
                        "high",
                        "--max-attempts",
                        "2",
                        "--metadata",
                        "{\"order\":1}")
                .word(0);
        server.await(id, "COMPLETED");

        JsonNode stored = server.task(id);
        assertThat(stored.path("action_params").toString()).isEqualTo("{\"value\":1.50}");
        assertThat(stored.path("priority").asText()).isEqualTo("HIGH");
        assertThat(stored.path("max_attempts").intValue()).isEqualTo(2);
        assertThat(client.run(0, "show", id, "--json").json()).isEqualTo(stored);
        assertThat(client.run(0, "show", id).output())
                .containsPattern("status +COMPLETED")
                .containsPattern("result +1.50")
                .contains("SUCCEEDED")
                .doesNotContain("undo");
        assertThat(client.run(0, "show", id, "--attempts", "--json").json().path("items"))
                .hasSize(1);
        assertThat(client.run(0, "show", id, "--explain").output()).contains(id);
        assertThat(client.run(0, "list", "--status", "completed", "--json", "--limit", "200")
                        .json()
                        .path("items"))
                .anyMatch(task -> task.path("id").asText().equals(id));
        assertThat(client.run(0, "list", "--action", "echo").output())
                .startsWith("id ")
                .contains(id, "Greet");
    }

    @Test
    void waiting_tells_by_the_exit_code_how_it_ended() {
        ClientProcess alone = client.alone(); // as a script has it
        assertThat(alone.run(0, "submit", "echo", "--params", "{\"value\":\"done\"}", "--wait")
                        .output())
                .containsPattern("status +COMPLETED")
                .containsPattern("result +done");

        Said failed = alone.run(
                1,
                "submit",
                "fail",
                "--params",
                "{\"message\":\"no connection\"}",
                "--max-attempts",
                "1",
                "--wait",
                "--json");
        assertThat(failed.json().path("status").asText()).isEqualTo("FAILED");
        assertThat(alone.run(1, "wait", failed.json().path("id").asText()).output())
                .contains("no connection");
    }

    @Test
    void waiting_ends_when_patience_does() {
        String id = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");

        assertThat(client.run(5, "wait", id, "--timeout", "0").errors())
                .contains("waited long enough", "task " + id + " is SCHEDULED");
        assertThat(client.run(2, "wait", id, "--timeout", "soon").errors()).contains("--timeout", "got 'soon'");
        assertThat(client.run(2, "submit", "echo", "--timeout", "1").errors()).contains("--timeout needs --wait");
    }

    @Test
    void a_batch_comes_from_a_file_as_one_value_or_line_by_line() throws Exception {
        Path whole = Files.writeString(folder.resolve("whole.json"), """
                {"tasks":[{"ref":"a","action_name":"echo","workflow_id":"from-a-file"},
                          {"ref":"b","action_name":"echo","workflow_id":"from-a-file","dependencies":["a"]}]}
                """);
        Said said = client.run(0, "submit", "--batch", "@" + whole);
        assertThat(said.output().lines()).hasSize(2).anyMatch(line -> line.endsWith("  b"));
        assertThat(client.run(0, "wait", "--workflow", "from-a-file").output()).containsPattern("COMPLETED +2");

        Path lines = Files.writeString(
                folder.resolve("lines"), "{\"action_name\":\"echo\",\"queue\":\"lines\"}\n".repeat(1500));
        assertThat(client.run(0, "submit", "--batch", "@" + lines, "--json")
                        .output()
                        .lines()
                        .map(Json::parse))
                .extracting(answer -> answer.path("tasks").size())
                .containsExactly(1000, 500);

        Said piped = client.alone()
                .with("[{\"action_name\":\"echo\"},{\"action_name\":\"fail\",\"max_attempts\":1}]")
                .run(1, "submit", "--batch", "-", "--wait");
        assertThat(piped.errors()).contains("is FAILED");
    }

    @Test
    void a_faulty_line_is_named_and_so_is_what_was_stored_before() throws Exception {
        String good = IntStream.range(0, 1000)
                .mapToObj(i -> "{\"action_name\":\"echo\"}")
                .collect(Collectors.joining("\n"));
        Path lines = Files.writeString(folder.resolve("lines"), good + "\n{\"action_name\":\n");

        assertThat(client.run(2, "submit", "--batch", "@" + lines).errors())
                .contains("line 1001", "1000 tasks of the batches before are stored");
        assertThat(client.run(2, "submit", "--batch", "@" + folder.resolve("none"))
                        .errors())
                .contains("there is no file");
        assertThat(client.run(2, "submit", "--batch", "tasks.json").errors()).contains("--batch must be @");
        assertThat(client.run(2, "submit", "echo", "--batch", "@" + lines).errors())
                .contains("leave out 'echo'");
    }

    @Test
    void a_refusal_names_every_fault_by_its_path_and_with_json_as_the_server_sent_it() {
        Said said = client.run(3, "submit", "echo", "--priority", "urgent", "--max-attempts", "0");
        assertThat(said.errors())
                .contains("400 Invalid request", "/priority must be one of", "got 'urgent'", "/max_attempts");
        assertThat(said.output()).isEmpty();
        assertThat(client.run(3, "show", "1", "--json").json().path("status").intValue())
                .isEqualTo(404);
        assertThat(client.run(3, "show", "../metrics").errors()).contains("404");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            submit                                         | ACTION is needed
            submit echo --params {                         | --params: this is not valid JSON
            submit echo --confidence high                  | --confidence must be a number such as 0.75, got 'high'
            submit echo --reversible perhaps               | must be true or false, got 'perhaps'
            submit echo --token secret                     | --token
            show                                           | ID
            show 1 --events --attempts                     | exclude each other
            cancel 1                                       | --reason
            hold cellar mail --reason x                    | SCOPE must be queue or action or everything, got 'cellar'
            hold queue --reason x                          | NAME of the queue is missing
            release everything x                           | mode LIVE
            mode LOCKED                                    | --reason is needed
            approve 1 --reason x --yes                     | --yes needs --digest
            approve 1 --reason x                           | no terminal to ask on
            policy preview                                 | either --rules or --preset
            policy put --preset gated --based-on x --reason x | --based-on must be a whole number
            completion fish                                | SHELL must be bash or zsh, got 'fish'
            list --url ftp://host                          | --url must be the address of a server
            list --token-file /nowhere                     | there is no file /nowhere
            """)
    void wrong_use_is_named(String command, String complaint) {
        Said said = client.run(2, command.split(" "));

        assertThat(said.errors()).startsWith("escapement: ").contains(complaint);
        assertThat(said.output()).isEmpty();
    }

    @Test
    void a_task_is_cancelled_and_run_again() {
        String id = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");

        assertThat(client.run(0, "cancel", id, "--reason", "withdrawn").output())
                .contains(id, "CANCELLED");
        assertThat(client.run(0, "retry", id, "--reason", "after all").output()).contains(id);
        assertThat(client.run(0, "wait", id).output()).contains("COMPLETED");
        assertThat(client.run(3, "retry", id, "--reason", "again").errors()).contains("409", "COMPLETED");

        String late = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600,\"workflow_id\":\"late one\"}");
        assertThat(client.run(0, "cancel", "--workflow", "late one", "--reason", "x")
                        .output())
                .containsPattern("cancelled +1");
        server.await(late, "CANCELLED");
    }

    @Test
    void a_held_task_is_looked_at_approved_and_rejected_for_what_was_seen() {
        String id = held();
        String digest = server.task(id).path("payload_digest").asText();

        assertThat(client.run(0, "approvals").output()).contains(id, "HIGH risk");
        assertThat(client.run(0, "approvals", id).output())
                .contains("Refund", "sent back", digest)
                .containsPattern("action_params +\\{\"value\":4711}");
        assertThat(client.run(1, "wait", id).output()).contains("DEFERRED");
        assertThat(client.run(3, "approve", id, "--reason", "x", "--yes", "--digest", "0".repeat(64))
                        .errors())
                .contains("409", "look at it again");
        assertThat(client.run(0, "approve", id, "--reason", "booked", "--yes", "--digest", digest)
                        .output())
                .contains("1 of 1 approvals");
        assertThat(client.run(0, "wait", id).output()).contains("COMPLETED");
        assertThat(client.run(0, "show", id).output()).contains("HOLD", "APPROVE", "booked");

        String other = held();
        assertThat(client.run(0, "reject", other, "--reason", "paid already").output())
                .contains("SKIPPED");
    }

    @Test
    void on_a_terminal_the_evidence_is_shown_before_it_asks() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "nothing here makes a terminal");
        String id = held();

        Said no = client.onTerminal("n\n").run(1, "approve", id, "--reason", "booked");
        assertThat(no.output()).contains("sent back", "Approve it? [y/N]", "not approved");
        assertThat(server.task(id).path("status").asText()).isEqualTo("DEFERRED");

        assertThat(client.onTerminal("y\n")
                        .run(0, "approve", id, "--reason", "booked")
                        .output())
                .contains("1 of 1 approvals");
        server.await(id, "COMPLETED");
    }

    @Test
    void holds_and_the_mode_are_shown_and_set() {
        server.submit("{\"action_name\":\"echo\",\"queue\":\"cli.mail\"}");

        assertThat(client.run(0, "hold", "queue", "cli.mail", "--reason", "moving", "--by", "Ada")
                        .output())
                .contains("QUEUE", "cli.mail", "moving");
        assertThat(client.run(0, "holds", "--json").json().path("items")).hasSize(1);
        assertThat(client.run(0, "release", "queue", "cli.mail").output()).contains("goes on");
        assertThat(client.run(3, "release", "queue", "cli.mail").errors()).contains("404");
        assertThat(client.run(0, "holds").output()).contains("Nothing is held.");

        assertThat(client.run(0, "mode", "dry_run", "--reason", "trying", "--by", "Ada")
                        .output())
                .containsPattern("mode +DRY_RUN");
        assertThat(client.run(0, "mode", "live", "--reason", "tried", "--by", "Ada")
                        .output())
                .containsPattern("mode +LIVE");
        assertThat(client.run(0, "mode").output()).containsPattern("reason +tried");
    }

    @Test
    void a_policy_is_shown_tried_and_put_in_force() throws Exception {
        try (TestDatabase own = TestDatabase.create();
                TestServer alone = TestServer.start(own)) {
            ClientProcess asked = ClientProcess.of(alone);
            assertThat(asked.run(0, "policy", "show").output())
                    .containsPattern("version +1")
                    .contains("HIGH");
            Path rules = Files.writeString(folder.resolve("rules"), "[{\"risk_level\":\"HIGH\",\"approvals\":2}]");
            assertThat(asked.run(0, "policy", "preview", "--rules", "@" + rules).output())
                    .containsPattern("waiting +0");

            assertThat(asked.run(0, "policy", "put", "--rules", "@" + rules, "--based-on", "1", "--reason", "two")
                            .output())
                    .containsPattern("version +2");
            assertThat(asked.run(3, "policy", "put", "--preset", "gated", "--based-on", "1", "--reason", "x")
                            .errors())
                    .contains("409", "version 2 is in force");
            assertThat(asked.run(0, "policy", "versions").output()).contains("two");
            assertThat(asked.run(0, "policy", "show", "1", "--json")
                            .json()
                            .path("version")
                            .intValue())
                    .isOne();
        }
    }

    @Test
    void the_token_comes_from_a_variable_or_a_file_and_roles_are_obeyed() throws Exception {
        try (TestDatabase own = TestDatabase.create();
                TestServer alone = TestServer.with().login().start(own)) {
            People people = new People(alone);
            ClientProcess asked = ClientProcess.of(alone);
            Path file = Files.writeString(folder.resolve("token"), people.token("ada", Role.OPERATOR) + "\n");

            assertThat(asked.run(3, "list").errors()).contains("401", "ESCAPEMENT_TOKEN", "--token-file");
            assertThat(asked.set("ESCAPEMENT_TOKEN", "wrong").run(3, "list").errors())
                    .contains("401", "no longer");
            assertThat(asked.set("ESCAPEMENT_TOKEN", "two words").run(2, "list").errors())
                    .contains("ESCAPEMENT_TOKEN does not hold a token")
                    .doesNotContain("two words");
            ClientProcess viewer = asked.set("ESCAPEMENT_TOKEN", people.token("eve", Role.VIEWER));
            viewer.run(0, "list");
            assertThat(viewer.run(3, "submit", "echo").errors()).contains("403");
            String id = viewer.run(0, "submit", "echo", "--token-file", file.toString())
                    .word(0);
            assertThat(viewer.run(0, "show", id, "--json")
                            .json()
                            .path("created_by")
                            .asText())
                    .isEqualTo("ada");
        }
    }

    @Test
    void a_server_that_is_away_or_something_else_is_told_from_one_that_refuses() throws Exception {
        int nobodyListens;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobodyListens = socket.getLocalPort();
        }
        assertThat(client.run(4, "submit", "echo", "--url", "http://127.0.0.1:" + nobodyListens)
                        .errors())
                .contains("cannot be reached", "5 tries", "127.0.0.1:" + nobodyListens);

        try (ServerSocket other = new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                while (!other.isClosed()) {
                    try (var socket = other.accept()) {
                        socket.getInputStream().read(new byte[10_000]);
                        socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".getBytes());
                    } catch (java.io.IOException e) {
                        return;
                    }
                }
            });
            assertThat(client.run(4, "list", "--url", "http://127.0.0.1:" + other.getLocalPort())
                            .errors())
                    .contains("sent no JSON");
        }
    }

    @Test
    void what_others_wrote_cannot_command_the_terminal() {
        String id = server.submit("{\"action_name\":\"echo\",\"description\":\"\\u001b]0;owned\\u0007\\u202eX\"}");

        assertThat(client.run(0, "show", id).output())
                .doesNotContain("\u001b", "\u0007", "\u202e")
                .contains("owned");
    }

    @Test
    void every_command_has_help_with_examples_and_the_completion_is_good_bash() throws Exception {
        for (String command : List.of(
                "submit",
                "list",
                "show",
                "wait",
                "cancel",
                "retry",
                "approvals",
                "approve",
                "reject",
                "holds",
                "hold",
                "release",
                "mode",
                "report",
                "selftest",
                "completion")) {
            assertThat(client.run(0, command, "--help").output())
                    .contains("Examples:", "escapement " + command, "Exit codes:");
        }
        Path script = Files.writeString(
                folder.resolve("completion"),
                client.run(0, "completion", "bash").output());
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-------"));
        Process bash = new ProcessBuilder(
                        "bash",
                        "-euc",
                        "set +u; source " + script
                                + "; COMP_WORDS=(escapement sub); COMP_CWORD=1; _complete_escapement; echo \"${COMPREPLY[@]}\"")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes())).isEqualTo("submit\n");
        assertThat(bash.waitFor()).isZero();
    }

    private static String held() {
        String id = server.submit("""
                {"action_name":"echo","description":"Refund","risk_level":"HIGH","confidence_score":0.4,
                 "reasoning":"it was sent back","action_params":{"value":4711}}""");
        server.await(id, "DEFERRED");
        return id;
    }
}
