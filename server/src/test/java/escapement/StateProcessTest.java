package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import escapement.support.ClientProcess;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code export} and {@code import} as processes of their own. */
class StateProcessTest {
    /** Set escapement.kills for more: each takes about a second. */
    private static final int KILLS = Integer.getInteger("escapement.kills", 10);

    private static final int TASKS = 3000;

    @TempDir
    Path folder;

    private TestDatabase database;
    private TestServer server;
    private ClientProcess client;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
        client = ClientProcess.of(server);
    }

    @AfterEach
    void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void what_was_exported_is_imported_and_told() throws IOException {
        String id = server.submit("echo", "{\"value\":1}");
        server.await(id, "COMPLETED");
        Path file = folder.resolve("queue_state.json");

        assertThat(client.run(0, "export", "--output", file.toString()).output())
                .isEqualTo("1 tasks in " + file + "\n");
        assertThat(client.run(0, "export", "--ended").json().at("/tasks/0/id").asText())
                .isEqualTo(id);
        assertThat(client.run(0, "export", "--status", "failed").json().path("tasks"))
                .isEmpty();
        assertThat(client.run(0, "import", file.toString()).output())
                .contains("kept", "1")
                .contains("refused", "0");
        assertThat(client.run(0, "import", "--json", file.toString())
                        .json()
                        .at("/totals/kept")
                        .asInt())
                .isEqualTo(1);

        Files.writeString(
                file,
                "{\"tasks\":[{\"id\":\"x\",\"action_name\":\"echo\",\"priority\":\"SOON\"},{\"id\":\"y\",\"action_name\":\"echo\"}]}");
        assertThat(client.run(3, "import", "--dry-run", file.toString()).output())
                .contains("refused  x  /tasks/0/priority: must be one of")
                .contains("would be");
        assertThat(client.run(3, "import", file.toString()).output()).contains("refused  x");
        Files.writeString(file, "{\"tasks\":[{\"id\":\"x\"");
        assertThat(client.run(3, "import", file.toString()).errors()).contains("cut off");
        client.run(2, "import", folder.resolve("none").toString());
        client.run(2, "export", "--open", "--ended");
        client.run(2, "export", "--output", folder.resolve("none/file").toString());
        client.set("ESCAPEMENT_URL", "http://127.0.0.1:1")
                .run(4, "export", "--output", folder.resolve("other").toString());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void an_export_that_is_killed_leaves_the_old_file_or_the_new_one() throws Exception {
        server.submitMany(
                TASKS,
                "{\"action_name\":\"echo\",\"delay_seconds\":100000,\"action_params\":{\"value\":\"" + "x".repeat(500)
                        + "\"}}");
        Path file = folder.resolve("queue_state.json");
        client.run(0, "export", "--output", file.toString());
        Random random = new Random(4711);
        int killed = 0;

        for (int round = 0; round < KILLS; round++) {
            Process process = export(file);
            if (!process.waitFor(400 + random.nextInt(1200), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                killed++;
            }
            JsonNode whole = Json.parse(Files.readString(file));
            assertThat(whole.path("tasks")).as("round %d", round).hasSize(TASKS);
        }

        assertThat(killed).isPositive();
        client.run(0, "export", "--output", file.toString());
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    private Process export(Path file) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        "escapement.Main",
                        "export",
                        "--output",
                        file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.startsWith("ESCAPEMENT_"));
        builder.environment().put("ESCAPEMENT_URL", server.uri("").toString());
        return builder.start();
    }
}
