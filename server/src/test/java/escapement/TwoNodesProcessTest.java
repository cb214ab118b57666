package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.Ledger;
import escapement.support.ServerProcess;
import escapement.support.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two nodes, each a process, on one outside PostgreSQL. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class TwoNodesProcessTest {
    private static final Logger log = LoggerFactory.getLogger(TwoNodesProcessTest.class);
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void a_node_stopped_for_longer_than_its_lease_is_refused_what_it_ended_and_comes_back_under_a_new_incarnation()
            throws Exception {
        Ledger ledger = new Ledger(folder.resolve("ledger"));
        try (TestDatabase database = TestDatabase.create();
                ServerProcess stopped = serve(database, ledger, "10").waitReady()) {
            Facts facts = new Facts(database.address());
            long firstIncarnation = facts.number("select max(incarnation) from escapement.node");
            Set<String> tasks = Set.copyOf(
                    stopped.submit(5, task(1500).replace("{\"milliseconds", "{\"deaf\":true,\"milliseconds")));
            Eventually.within(SOON, () -> assertThat(ledger.starts()).hasSize(5));

            stopped.signal("STOP");
            assertThat(ledger.ends()).as("not stopped too late for this test").isEmpty();
            try (ServerProcess other = serve(database, ledger, "10").waitReady()) {
                Eventually.within(SOON, () -> assertThat(facts.live()).isZero());
                assertThat(endedBy(ledger, other)).isEqualTo(tasks);
                stopped.signal("CONT");

                Eventually.within(
                        SOON, () -> assertThat(endedBy(ledger, stopped)).isEqualTo(tasks));
                Eventually.within(
                        SOON,
                        () -> assertThat(stopped.get("/metrics").body())
                                .contains("escapement_stale_completions_total 5.0"));
                Eventually.within(SOON, () -> assertThat(stopped.isReady()).isTrue());
                other.terminate();
                assertThat(other.waitExit(SOON)).isEqualTo(143);
                String afterwards = stopped.submit(1, task(0)).getFirst();
                Eventually.within(SOON, () -> assertThat(facts.live()).isZero());
                assertThat(facts.number("select node from escapement.attempt where task_id = " + afterwards))
                        .isGreaterThan(firstIncarnation + 1);
            }
            for (String task : tasks) {
                assertThat(facts.texts("select outcome from escapement.attempt where task_id = %s order by attempt"
                                .formatted(task)))
                        .containsExactly("LOST", "SUCCEEDED");
            }
            facts.invariantsHold();
        }
    }

    private static Set<String> endedBy(Ledger ledger, ServerProcess server) {
        return ledger.ends().stream()
                .filter(line -> line.processId() == server.pid())
                .map(Ledger.Line::task)
                .collect(Collectors.toSet());
    }

    @Test
    void after_migrate_two_nodes_serve_and_a_full_one_has_its_tasks_run_by_the_other_also_when_notify_is_lost()
            throws Exception {
        Ledger ledger = new Ledger(folder.resolve("ledger"));
        try (TestDatabase database = TestDatabase.create()) {
            Facts facts = new Facts(database.address());
            facts.execute("drop schema escapement, quartz, report cascade");
            ServerProcess migrate =
                    ServerProcess.in(folder).on(database.address()).start("migrate");
            assertThat(migrate.waitExit(SOON)).as(migrate.errors()).isZero();

            try (ServerProcess full = serve(database, ledger, "1").waitReady()) {
                full.submit(1, task(600_000));
                Eventually.within(SOON, () -> assertThat(ledger.starts()).hasSize(1));
                try (ServerProcess idle = serve(database, ledger, "10").waitReady()) {
                    long withNotify = medianOfFive(full, idle, ledger);
                    long withoutNotify;
                    try (Deafness _ = new Deafness(facts)) {
                        withoutNotify = medianOfFive(full, idle, ledger);
                    }
                    log.info(
                            "from submit to start on the other node: {} ms, without NOTIFY {} ms",
                            withNotify,
                            withoutNotify);
                    assertThat(withNotify).isLessThan(1000);
                    assertThat(withoutNotify).isLessThan(1500);
                }
            }
            facts.invariantsHold();
        }
    }

    /** The middle one of five times in milliseconds from the answer to a submit on one node to the start on the other. */
    private static long medianOfFive(ServerProcess full, ServerProcess idle, Ledger ledger) throws Exception {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String task = full.submit(1, task(0)).getFirst();
            long answeredAt = System.currentTimeMillis();
            Eventually.within(
                    Duration.ofSeconds(10),
                    () -> assertThat(startOf(ledger, task)).hasSize(1));
            Ledger.Line start = startOf(ledger, task).getFirst();
            assertThat(start.processId()).isEqualTo(idle.pid());
            times.add(start.atMillis() - answeredAt);
        }
        return times.stream().sorted().toList().get(2);
    }

    private static List<Ledger.Line> startOf(Ledger ledger, String task) {
        return ledger.starts().stream().filter(line -> line.task().equals(task)).toList();
    }

    /** Ends every connection that listens, as soon as there is one. */
    private static final class Deafness implements AutoCloseable {
        private final Facts facts;
        private final Thread thread;
        private volatile boolean over;

        Deafness(Facts facts) throws SQLException {
            this.facts = facts;
            endListeners();
            thread = Thread.ofPlatform().name("deafness").start(this::run);
        }

        private void run() {
            while (!over) {
                try {
                    endListeners();
                } catch (SQLException e) {
                    log.warn("listeners not ended", e);
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }

        private void endListeners() throws SQLException {
            facts.texts("""
                    select pg_terminate_backend(pid) from pg_stat_activity
                     where application_name = 'escapement wakeups-listen' and datname = current_database()
                    """);
        }

        @Override
        public void close() throws InterruptedException {
            over = true;
            thread.join();
        }
    }

    private static String task(int milliseconds) {
        return "{\"action_name\":\"ledger\",\"action_params\":{\"milliseconds\":%d}}".formatted(milliseconds);
    }

    private ServerProcess serve(TestDatabase database, Ledger ledger, String limit) {
        return ServerProcess.in(folder)
                .on(database.address())
                .set("ESCAPEMENT_LEASE_SECONDS", "3")
                .set("ESCAPEMENT_MAX_CONCURRENT_TASKS", limit)
                .serveWith(ledger);
    }
}
