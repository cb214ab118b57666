package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.Ledger;
import escapement.support.ServerProcess;
import escapement.support.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StartStopProcessTest {
    private static final int SIGTERM_EXIT = 143;

    @TempDir
    Path folder;

    @Test
    void the_first_start_serves_and_says_where_and_a_sigterm_leaves_nothing_running_and_nothing_lost()
            throws Exception {
        String task;
        try (ServerProcess server = ServerProcess.in(folder).start("serve").waitReady()) {
            assertThat(server.isReady()).isTrue();
            assertThat(server.get("/").statusCode()).isEqualTo(200);
            assertThat(server.output().lines()).hasSizeLessThanOrEqualTo(24);
            assertThat(server.output().strip()).endsWith(server.address() + "/");
            task = server.submit(1, "{\"action_name\":\"echo\",\"action_params\":{\"value\":42}}")
                    .getFirst();
            Eventually.within(
                    Duration.ofSeconds(5),
                    () -> assertThat(status(server, task)).isEqualTo("COMPLETED"));
            List<ProcessHandle> postgres = server.postgresProcesses();
            assertThat(postgres).hasSizeGreaterThan(1);

            server.terminate();

            assertThat(server.waitExit(Duration.ofSeconds(20))).isEqualTo(SIGTERM_EXIT);
            assertThat(postgres).noneMatch(ServerProcess::runs);
            assertThat(folder.resolve("data/pg/postmaster.pid")).doesNotExist();
            assertThat(server.output().strip()).contains("Stopped. Nothing is lost");
            assertThat(server.errors()).isEmpty();
            assertThat(Files.readString(folder.resolve("data/logs/escapement.log")))
                    .contains("PostgreSQL answers on port", "stopping");
        }

        try (ServerProcess next = ServerProcess.in(folder).start("serve").waitReady()) {
            assertThat(next.json("/api/v1/tasks/" + task).get("result").asInt()).isEqualTo(42);
            new Facts(next.embeddedDatabase()).invariantsHold();
        }
    }

    private static String status(ServerProcess server, String task) throws Exception {
        return server.json("/api/v1/tasks/" + task).get("status").asText();
    }

    @Test
    void a_sigterm_during_the_first_start_leaves_no_postgresql_behind() throws Exception {
        Path postmaster = folder.resolve("data/pg/postmaster.pid");
        try (ServerProcess server = ServerProcess.in(folder).start("serve")) {
            Eventually.within(
                    Duration.ofSeconds(30), () -> assertThat(postmaster).isNotEmptyFile());
            List<ProcessHandle> postgres = server.postgresProcesses();

            server.terminate();

            assertThat(server.waitExit(Duration.ofSeconds(30))).isEqualTo(SIGTERM_EXIT);
            assertThat(postmaster).doesNotExist();
            assertThat(postgres).isNotEmpty().noneMatch(ServerProcess::runs);
            assertThat(server.errors()).isEmpty();
        }
    }

    @Test
    void a_sigterm_lets_running_actions_end_and_hands_back_what_was_not_started() throws Exception {
        Ledger ledger = new Ledger(folder.resolve("ledger"));
        try (TestDatabase database = TestDatabase.create();
                ServerProcess server = on(database)
                        .set("ESCAPEMENT_MAX_CONCURRENT_TASKS", "50")
                        .serveWith(ledger)
                        .waitReady()) {
            Facts facts = new Facts(database.address());
            server.submit(5, "{\"action_name\":\"ledger\",\"action_params\":{\"milliseconds\":2000}}");
            server.submit(1000, "{\"action_name\":\"ledger\",\"action_params\":{\"milliseconds\":30}}");
            Eventually.within(
                    Duration.ofSeconds(20),
                    () -> assertThat(ledger.ends().size()).isGreaterThan(50));

            server.terminate();

            assertThat(server.waitExit(Duration.ofSeconds(20))).isEqualTo(SIGTERM_EXIT);
            int ended = ledger.ends().size();
            assertThat(ended).isEqualTo(ledger.starts().size());
            assertThat(facts.texts("select status || ' ' || attempt || ' ' || uncounted from escapement.live"))
                    .isNotEmpty()
                    .hasSize(1005 - ended)
                    .containsOnly("PENDING 0 0");
            assertThat(facts.number("select count(*) from escapement.attempt where outcome <> 'SUCCEEDED'"))
                    .isZero();
            assertThat(facts.number("select count(*) from escapement.node where lease_until <= now()"))
                    .isEqualTo(1);
            facts.invariantsHold();
        }
    }

    @Test
    void an_action_that_outlasts_the_drain_is_interrupted_and_uses_up_no_attempt() throws Exception {
        Ledger ledger = new Ledger(folder.resolve("ledger"));
        try (TestDatabase database = TestDatabase.create();
                ServerProcess server = on(database)
                        .set("ESCAPEMENT_DRAIN_SECONDS", "1")
                        .serveWith(ledger)
                        .waitReady()) {
            Facts facts = new Facts(database.address());
            server.submit(
                    3, "{\"action_name\":\"ledger\",\"action_params\":{\"milliseconds\":600000},\"max_attempts\":1}");
            Eventually.within(
                    Duration.ofSeconds(10), () -> assertThat(ledger.starts()).hasSize(3));

            server.terminate();

            assertThat(server.waitExit(Duration.ofSeconds(20))).isEqualTo(SIGTERM_EXIT);
            assertThat(facts.texts("select status || ' ' || attempt || ' ' || uncounted from escapement.live"))
                    .hasSize(3)
                    .containsOnly("PENDING 1 1");
            assertThat(facts.texts("select outcome from escapement.attempt"))
                    .hasSize(3)
                    .containsOnly("LOST");
            facts.invariantsHold();
        }
    }

    private ServerProcess.Setup on(TestDatabase database) {
        return ServerProcess.in(folder).on(database.address());
    }
}
