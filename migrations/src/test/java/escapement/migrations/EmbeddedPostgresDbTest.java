package escapement.migrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.migrations.EmbeddedPostgres.Options;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT) // each has its own folder, and mostly waits
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EmbeddedPostgresDbTest {
    @TempDir
    Path folder;

    @Test
    void data_survives_a_stop_and_a_start_and_the_address_stays_the_same() throws Exception {
        String url;
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.in(folder))) {
            url = postgres.url();
            execute(postgres, "create table kept as select 42 as answer");
            assertThat(postgres.wasLeftBehind()).isFalse();
        }

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.in(folder))) {
            assertThat(postgres.url()).isEqualTo(url);
            assertThat(postgres.wasLeftBehind()).isFalse();
            assertThat(query(postgres, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void what_was_committed_survives_a_kill_of_postgresql() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.in(folder))) {
            String url = postgres.url();
            execute(postgres, "create table kept as select 42 as answer");

            kill(postgres.processId());
            assertThat(postgres.isAlive()).isFalse();
            postgres.restart();

            assertThat(postgres.isAlive()).isTrue();
            assertThat(postgres.url()).isEqualTo(url);
            assertThat(query(postgres, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void restarting_one_that_is_alive_changes_nothing() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.throwAway(folder))) {
            long processId = postgres.processId();

            postgres.restart();

            assertThat(postgres.processId()).isEqualTo(processId);
        }
    }

    @Test
    void the_server_of_a_killed_jvm_is_taken_over() throws Exception {
        Process jvm = startInAnotherJvm();
        jvm.destroyForcibly().waitFor();

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.in(folder))) {
            assertThat(postgres.wasLeftBehind()).isTrue();
            assertThat(query(postgres, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void jvm_and_postgresql_may_be_killed_together() throws Exception {
        Process jvm = startInAnotherJvm();
        long postmaster = Long.parseLong(
                Files.readAllLines(folder.resolve("pg/postmaster.pid")).getFirst());
        jvm.destroyForcibly();
        ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();
        jvm.waitFor();

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.in(folder))) {
            assertThat(postgres.wasLeftBehind()).isTrue();
            assertThat(query(postgres, "select answer from kept")).isEqualTo("42");
        }
    }

    @Test
    void a_second_server_on_the_same_folder_is_told_so_in_one_sentence() throws Exception {
        Process jvm = startInAnotherJvm();
        try {
            assertThatThrownBy(() -> EmbeddedPostgres.start(Options.in(folder)))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("Another server already uses the data folder " + folder);
        } finally {
            jvm.destroyForcibly().waitFor();
            EmbeddedPostgres.start(Options.in(folder)).close();
        }
    }

    @Test
    void a_second_server_in_the_same_jvm_is_told_the_same() {
        try (EmbeddedPostgres _ = EmbeddedPostgres.start(Options.throwAway(folder))) {
            assertThatThrownBy(() -> EmbeddedPostgres.start(Options.throwAway(folder)))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageContaining("Another server already uses the data folder " + folder);
        }
    }

    @Test
    void a_mark_whose_process_number_went_to_another_program_does_not_block_the_start() throws Exception {
        EmbeddedPostgres.start(Options.throwAway(folder)).close();
        Process other = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(folder.resolve("pg/postmaster.pid"), other.pid() + "\n" + folder.resolve("pg") + "\n");

            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.throwAway(folder))) {
                assertThat(postgres.wasLeftBehind()).isTrue();
                assertThat(query(postgres, "select 1")).isEqualTo("1");
                assertThat(other.isAlive()).isTrue();
            }
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void what_an_interrupted_first_start_left_is_thrown_away() throws Exception {
        Files.createDirectories(folder.resolve("pg.new"));
        Files.writeString(folder.resolve("pg.new/PG_VERSION"), "half");
        Files.writeString(folder.resolve("pg.password.initdb"), "half");

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.throwAway(folder))) {
            assertThat(query(postgres, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void nobody_gets_in_without_the_password_and_only_we_can_read_it() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.throwAway(folder))) {
            assertThatThrownBy(() -> DriverManager.getConnection(postgres.url(), postgres.user(), "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(Files.getPosixFilePermissions(folder.resolve("pg.password")))
                    .extracting(Enum::name)
                    .containsExactlyInAnyOrder("OWNER_READ", "OWNER_WRITE");
        }
    }

    @Test
    void a_lost_password_is_said_and_not_replaced() throws Exception {
        EmbeddedPostgres.start(Options.throwAway(folder)).close();
        Files.delete(folder.resolve("pg.password"));

        assertThatThrownBy(() -> EmbeddedPostgres.start(Options.throwAway(folder)))
                .isInstanceOf(EmbeddedPostgresException.class)
                .hasMessageContaining("put " + folder.resolve("pg.password") + " back");
    }

    @Test
    void a_taken_port_is_left_for_another_unless_it_was_asked_for() throws Exception {
        EmbeddedPostgres.start(Options.throwAway(folder)).close();
        int last = Integer.parseInt(Files.readString(folder.resolve("pg.port")));
        try (ServerSocket _ = new ServerSocket(last, 1, InetAddress.getLoopbackAddress())) {
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.throwAway(folder))) {
                assertThat(postgres.port()).isNotEqualTo(last);
            }

            assertThatThrownBy(() ->
                            EmbeddedPostgres.start(Options.throwAway(folder).withPort(last)))
                    .isInstanceOf(EmbeddedPostgresException.class)
                    .hasMessageStartingWith("Port " + last)
                    .hasMessageContaining("taken by another program");
        }
    }

    @Test
    void a_server_that_cannot_start_says_why() throws Exception {
        PostgresServer server = PostgresServer.openOrCreate(folder, false);

        assertThat(server.start(Map.of("shared_buffers", "a lot")))
                .get()
                .asString()
                .contains("shared_buffers");
    }

    @Test
    void a_durable_one_syncs_and_a_throw_away_one_does_not() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.in(folder.resolve("durable")))) {
            assertThat(query(postgres, "show fsync")).isEqualTo("on");
            assertThat(query(postgres, "show synchronous_commit")).isEqualTo("on");
            assertThat(query(postgres, "show full_page_writes")).isEqualTo("on");
            assertThat(query(postgres, "show data_checksums")).isEqualTo("on");
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.throwAway(folder.resolve("fast")))) {
            assertThat(query(postgres, "show fsync")).isEqualTo("off");
        }
    }

    @Test
    void settings_and_folder_may_hold_spaces_and_quotes() throws Exception {
        Options options = Options.throwAway(folder.resolve("Jane's data"))
                .withSettings(Map.of("application_name", "it's \"odd\" $HOME"));

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(options);
                Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select reset_val from pg_settings where name = 'port'")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getInt(1)).isEqualTo(postgres.port());
        }
    }

    @Test
    void closing_twice_is_closing_once() {
        EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.throwAway(folder));

        postgres.close();
        postgres.close();

        assertThat(postgres.isAlive()).isFalse();
        assertThatThrownBy(postgres::restart).isInstanceOf(IllegalStateException.class);
    }

    /** A server that commits a row, says so and waits to be killed. */
    private Process startInAnotherJvm() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.inputReader().readLine()).isEqualTo(Victim.READY);
        return process;
    }

    static final class Victim {
        static final String READY = "ready";

        public static void main(String[] args) throws Exception {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(Options.in(Path.of(args[0])));
            execute(postgres, "create table kept as select 42 as answer");
            System.out.println(READY);
            Thread.currentThread().join();
        }
    }

    private static void kill(long processId) throws Exception {
        ProcessHandle process = ProcessHandle.of(processId).orElseThrow();
        process.destroyForcibly();
        process.onExit().get(Duration.ofSeconds(10).toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void execute(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedPostgres postgres, String sql) throws SQLException {
        try (Connection connection = connect(postgres);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
        return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
    }
}
