package escapement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import escapement.db.DatabaseAddress;
import escapement.support.Facts;
import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import escapement.support.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that cannot start says why in one sentence that names the culprit, and leaves nothing running. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RefusalsProcessTest {
    @TempDir
    Path folder;

    @AfterEach
    void nothing_runs_on_the_data_folder() throws Exception {
        Path mark = folder.resolve("data/pg/postmaster.pid");
        if (Files.exists(mark)) { // after a failure only
            ServerProcess.signal("QUIT", Long.parseLong(Files.readAllLines(mark).getFirst()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ESCAPEMENT_PORT                 | abc                | a whole number from 0 to 65535, got 'abc'
            ESCAPEMENT_PORT                 | 65536              | a whole number from 0 to 65535, got '65536'
            ESCAPEMENT_MAX_CONCURRENT_TASKS | 0                  | a whole number from 1 to 100000, got '0'
            ESCAPEMENT_MAX_CONCURRENT_TASKS | -1                 | a whole number from 1 to 100000, got '-1'
            ESCAPEMENT_BIND                 | 203.0.113.77       | no address of this machine: '203.0.113.77'
            ESCAPEMENT_AUTH                 | yes                | must be auto, token or none, got 'yes'
            ESCAPEMENT_HOSTS                | tasks.example      | ESCAPEMENT_AUTH must be token then
            ESCAPEMENT_MAX_CONCURENT_TASKS  | 5                  | unknown setting ESCAPEMENT_MAX_CONCURENT_TASKS
            ESCAPEMENT_LEASE_SECONDS        | 1                  | a whole number from 2 to 3600, got '1'
            ESCAPEMENT_DATABASE_URL         | postgres://host/db | must start with jdbc:postgresql:
            ESCAPEMENT_ADMIN_UI_DIR         | /nowhere           | must be a folder that exists, got '/nowhere'
            """)
    void a_bad_setting_is_named_with_its_value_and_what_is_accepted(String setting, String value, String complaint)
            throws Exception {
        refused(ServerProcess.in(folder).set(setting, value).start("serve"), setting, complaint);
        assertThat(folder.resolve("data/pg")).doesNotExist();
    }

    @Test
    void nobody_else_may_reach_a_server_that_asks_nobody_who_they_are() throws Exception {
        refused(
                ServerProcess.in(folder)
                        .set("ESCAPEMENT_AUTH", "none")
                        .set("ESCAPEMENT_BIND", "0.0.0.0")
                        .start("serve"),
                "ESCAPEMENT_AUTH=none lets everybody act with all roles",
                "ESCAPEMENT_BIND must be a loopback address",
                "got '0.0.0.0'");
        assertThat(folder.resolve("data/pg")).doesNotExist();
    }

    @Test
    void an_unknown_flag_is_named() throws Exception {
        refused(ServerProcess.in(folder).start("serve", "--prot", "8080"), "--prot", "escapement serve --help");
    }

    @Test
    void an_unreachable_database_is_named_with_its_setting_and_without_a_password_in_its_url() throws Exception {
        int nobodyListens = freePort();
        ServerProcess server = ServerProcess.in(folder)
                .set("ESCAPEMENT_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + nobodyListens + "/x?password=secret")
                .start("serve");

        refused(server, "127.0.0.1:" + nobodyListens, "ESCAPEMENT_DATABASE_URL", "refused");
        assertThat(server.errors() + server.output()).doesNotContain("secret");
    }

    @Test
    void a_wrong_password_is_told_from_an_unreachable_database() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            ServerProcess server = ServerProcess.in(folder)
                    .on(new DatabaseAddress(database.url(), database.user(), "wrong"))
                    .start("serve");

            refused(server, "ESCAPEMENT_DATABASE_PASSWORD", "password authentication failed");
            assertThat(server.errors()).doesNotContain("wrong");
        }
    }

    @Test
    void a_database_without_a_schema_needs_migrate() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            facts(database).execute("drop schema escapement cascade");

            refused(serveOn(database), "no Escapement schema", "escapement migrate");
        }
    }

    @Test
    void an_older_schema_needs_migrate() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            facts(database).execute("update escapement.schema_version set version = 0, compatible_from = 0");

            refused(serveOn(database), "schema", "escapement migrate");
        }
    }

    @Test
    void a_schema_that_only_newer_servers_understand_is_left_alone_by_serve_and_by_migrate() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            facts(database).execute("update escapement.schema_version set version = 99, compatible_from = 99");
            facts(database).execute("drop view report.changes cascade");
            facts(database).execute("create view report.changes as select 1 as of_the_newer_version");

            refused(serveOn(database), "version 99", "start a newer server");
            refused(
                    ServerProcess.in(folder).on(database.address()).start("migrate"),
                    "version 99",
                    "start a newer server");
            assertThat(facts(database).texts("select of_the_newer_version from report.changes"))
                    .hasSize(1);
        }
    }

    @Test
    void a_second_server_on_the_same_data_folder_is_refused_and_the_first_goes_on() throws Exception {
        PreparedData.copyInto(folder);
        try (ServerProcess first = ServerProcess.in(folder).start("serve").waitReady()) {
            refused(
                    ServerProcess.in(folder).start("serve"),
                    "Another server already uses the data folder " + folder.resolve("data"));
            assertThat(first.isReady()).isTrue();
            assertThat(first.postmaster()).isPresent();
        }
    }

    @Test
    void a_taken_http_port_is_named_and_the_database_is_stopped_again() throws Exception {
        PreparedData.copyInto(folder);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            ServerProcess server =
                    ServerProcess.in(folder).set("ESCAPEMENT_PORT", port).start("serve");

            refused(server, "port " + port, "taken", "ESCAPEMENT_PORT");
            assertThat(folder.resolve("data/pg")).exists();
            assertThat(folder.resolve("data/pg/postmaster.pid")).doesNotExist();
        }
    }

    @Test
    void a_node_whose_http_port_is_taken_gives_its_lease_up() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            refused(
                    ServerProcess.in(folder)
                            .on(database.address())
                            .set("ESCAPEMENT_PORT", Integer.toString(taken.getLocalPort()))
                            .start("serve"),
                    "ESCAPEMENT_PORT");

            assertThat(facts(database).number("select count(*) from escapement.node where lease_until > now()"))
                    .isZero();
        }
    }

    @Test
    void a_taken_database_port_is_named() throws Exception {
        PreparedData.copyInto(folder);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = Integer.toString(taken.getLocalPort());
            refused(
                    ServerProcess.in(folder)
                            .set("ESCAPEMENT_DATABASE_PORT", port)
                            .start("serve"),
                    "Port " + port,
                    "taken");
        }
    }

    @Test
    void a_data_folder_below_a_file_is_named() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        refused(
                ServerProcess.in(folder)
                        .set("ESCAPEMENT_DATA_DIR", file.resolve("data").toString())
                        .start("serve"),
                "data folder " + file.resolve("data"),
                "another data folder");
    }

    @Test
    void a_data_folder_that_may_not_be_written_is_named() throws Exception {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("r-xr-xr-x"));
        ServerProcess.Setup setup = ServerProcess.in(folder);
        if (Files.isWritable(data)) { // nothing stops root, unless it gives its privileges up
            assumeTrue(new ProcessBuilder("unshare", "-U", "true").start().waitFor() == 0, "no user namespaces here");
            setup.through("unshare", "-U");
        }

        refused(setup.start("serve"), "may not use", data.toString(), "another folder");
    }

    private ServerProcess serveOn(TestDatabase database) {
        return ServerProcess.in(folder).on(database.address()).start("serve");
    }

    private static void refused(ServerProcess server, String... words) throws Exception {
        try {
            assertThat(server.waitExit(Duration.ofSeconds(60))).isIn(1, 2);
        } finally {
            server.kill9();
        }
        assertThat(server.errors().lines()).as(server.errors()).hasSize(1);
        assertThat(server.errors()).startsWith("escapement: ").contains(words);
        assertThat(server.output()).doesNotContain("\tat ", "Exception");
    }

    private static Facts facts(TestDatabase database) {
        return new Facts(database.address());
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
