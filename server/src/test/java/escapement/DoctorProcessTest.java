package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import escapement.support.Facts;
import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import escapement.support.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor}, as an operator runs it before and beside a server. */
class DoctorProcessTest {
    private TestDatabase database;

    @TempDir
    Path folder;

    @BeforeEach
    void create() {
        database = TestDatabase.create();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void every_check_is_a_line_and_with_json_a_finding() throws Exception {
        // the databases of tests live on a PostgreSQL that may lose them, which is for it to find
        String output = run(1, onDatabase());

        assertThat(output.lines().filter(line -> line.startsWith("FAIL")))
                .singleElement()
                .asString()
                .contains("durability", "fsync");
        assertThat(output)
                .containsPattern("OK +database +PostgreSQL \\d+")
                .containsPattern("OK +schema")
                .containsPattern("OK +clock +the database's is \\d+\\.\\d{3} s")
                .containsPattern("OK +transactions")
                .containsPattern("OK +pooler +none")
                .containsPattern("OK +connections +\\d+ of \\d+")
                .containsPattern("OK +http port")
                .containsPattern("disk +\\d+ MB")
                .contains("→ set to on in postgresql.conf");

        JsonNode json = Json.parse(run(1, onDatabase(), "--json"));
        assertThat(json.path("sound").booleanValue()).isFalse();
        assertThat(json.path("findings")).hasSize(9);
    }

    @Test
    void a_schema_that_does_not_fit_and_a_commit_that_does_not_wait_are_failures() throws Exception {
        Facts facts = new Facts(database.address());
        facts.execute("update escapement.schema_version set version = 0, compatible_from = 0");
        facts.execute("do $$ begin execute format('alter database %I set synchronous_commit = off', "
                + "current_database()); end $$");

        assertThat(run(1, onDatabase()))
                .containsPattern("FAIL +schema .*\\n.*→")
                .contains("escapement migrate");
    }

    @Test
    void a_database_that_cannot_be_reached_is_a_failure_and_the_rest_is_looked_at() throws Exception {
        int nobodyListens;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobodyListens = socket.getLocalPort();
        }
        ServerProcess.Setup setup = ServerProcess.in(folder)
                .set("ESCAPEMENT_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + nobodyListens + "/x?password=secret");

        assertThat(run(1, setup))
                .containsPattern("FAIL +database .*127.0.0.1:" + nobodyListens)
                .contains("ESCAPEMENT_DATABASE_URL")
                .containsPattern("disk +\\d+ MB")
                .doesNotContain("secret");
    }

    @Test
    void a_port_that_something_else_has_and_a_folder_that_is_a_file_are_failures() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            ServerProcess.Setup setup = ServerProcess.in(folder)
                    .set("ESCAPEMENT_PORT", port)
                    .set("ESCAPEMENT_DATA_DIR", file.resolve("data").toString());

            assertThat(run(1, setup))
                    .containsPattern("WARN +database .*not running")
                    .containsPattern("FAIL +http port +" + port + " of 127.0.0.1 is taken")
                    .containsPattern("FAIL +disk");
        }
    }

    @Test
    void beside_a_server_on_its_own_database_all_is_well_and_nothing_is_started_without_one() throws Exception {
        assertThat(run(0, ServerProcess.in(folder))).containsPattern("WARN +database .*not running");
        assertThat(folder.resolve("data")).doesNotExist();

        PreparedData.copyInto(folder);
        try (ServerProcess server = ServerProcess.in(folder).start("serve").waitReady()) {
            String port = server.address().replaceAll(".*:", "");

            assertThat(run(0, ServerProcess.in(folder).set("ESCAPEMENT_PORT", port)))
                    .containsPattern("OK +durability +fsync")
                    .containsPattern("OK +http port .*a server answers");
            assertThat(server.isReady()).isTrue();
        }
    }

    private ServerProcess.Setup onDatabase() {
        return ServerProcess.in(folder).on(database.address());
    }

    private static String run(int exitCode, ServerProcess.Setup setup, String... options) throws Exception {
        String[] arguments = new String[options.length + 1];
        arguments[0] = "doctor";
        System.arraycopy(options, 0, arguments, 1, options.length);
        ServerProcess process = setup.start(arguments);
        try {
            assertThat(process.waitExit(Duration.ofSeconds(60)))
                    .as(process.output() + process.errors())
                    .isEqualTo(exitCode);
            assertThat(process.errors()).isEmpty();
            return process.output();
        } finally {
            process.kill9();
        }
    }
}
