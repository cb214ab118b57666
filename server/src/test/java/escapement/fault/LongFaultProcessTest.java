package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults that take minutes: {@code mvn -ntp -Pfaults verify}, with {@code -Dfaults.seed=…} as an earlier run printed it. */
@Tag("faults")
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LongFaultProcessTest {
    private static final Logger log = LoggerFactory.getLogger(LongFaultProcessTest.class);
    private static final Duration PATIENCE = FaultCluster.PATIENCE;
    private static final int KILLS = Integer.getInteger("faults.kills", 20);
    private static final int FAILING = Integer.getInteger("faults.failing", 100_000);
    private static final int OTHERS_A_MINUTE = 10_000;
    private static final int OTHER_CLIENTS = 32;

    private Path folder;
    private FaultCluster cluster;
    private Facts facts;

    @BeforeEach
    void start(@TempDir Path folder) throws InterruptedException {
        this.folder = folder;
        cluster = new FaultCluster(folder, 3, Map.of("max_connections", "80"));
        facts = cluster.facts();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void postgresql_killed_five_times() throws Exception {
        try (Load load = cluster.load()) {
            awaitMore(load, 200); // the compilers warm up
            long usual = ratePerMinute(load) / 60;
            for (int kill = 0; kill < 5; kill++) {
                awaitMore(load, 20 + cluster.random().nextInt(80));
                ServerProcess.signal("KILL", cluster.postgres().processId());
                Eventually.within(
                        PATIENCE, () -> assertThat(cluster.postgres().isAlive()).isFalse());
                cluster.postgres().restart();
                long upAt = System.currentTimeMillis();
                Eventually.within(
                        PATIENCE, () -> assertThat(facts.number(FIRST_CLAIM)).isPositive());
                log.info("PostgreSQL killed: first claim {} ms after it was up", facts.number(FIRST_CLAIM) - upAt);
                Eventually.within(
                        PATIENCE,
                        () -> assertThat(facts.number(AS_BEFORE.formatted(usual)))
                                .isNotNegative());
                log.info(
                        "95 % of {} tasks/s from {} s after its start on",
                        usual, facts.number(AS_BEFORE.formatted(usual)));
            }
            Eventually.within(PATIENCE, () -> assertThat(cluster.nodes()).allMatch(ServerProcess::isReady));
            cluster.settle(load);
        }
    }

    private static final String FIRST_CLAIM = """
            select coalesce((extract(epoch from min(started_at)) * 1000)::bigint, 0)
              from escapement.attempt where started_at > pg_postmaster_start_time()
            """;

    /** In how many seconds three began in which as much was started as before. */
    private static final String AS_BEFORE = """
            select coalesce(min(s), -1) from generate_series(0, 80) s
             where (select count(*) from escapement.attempt
                     where started_at >= pg_postmaster_start_time() + s * interval '1 s'
                       and started_at < pg_postmaster_start_time() + (s + 3) * interval '1 s') >= 3 * 0.95 * %d
            """;

    @Test
    void nodes_killed_at_random_moments() throws Exception {
        try (Load load = cluster.load()) {
            for (int kill = 0; kill < KILLS; kill++) {
                awaitMore(load, cluster.random().nextInt(60));
                cluster.startAgain(cluster.random().nextInt(3));
            }
            log.info("{} nodes killed", KILLS);
            cluster.settle(load);
        }
    }

    @Test
    void no_connection_is_left() throws Exception {
        try (Load load = cluster.load()) {
            awaitMore(load, 50);
            List<Connection> hoarded = new ArrayList<>();
            try {
                hoard(hoarded);
                Eventually.within(PATIENCE, () -> assertThat(cluster.nodes()).anyMatch(node -> !node.isReady()));
            } finally {
                for (Connection one : hoarded) {
                    one.close();
                }
            }
            Eventually.within(PATIENCE, () -> assertThat(cluster.nodes()).allMatch(ServerProcess::isReady));
            awaitMore(load, 50);
            cluster.settle(load);
        }
    }

    // the nodes come back as soon as their connections have ended, so those have to end again and again
    private void hoard(List<Connection> hoarded) throws SQLException {
        hoarded.add(connect());
        Eventually.within(PATIENCE, () -> {
            try (Statement statement = hoarded.getFirst().createStatement()) {
                statement.execute("""
                        select pg_terminate_backend(pid) from pg_stat_activity
                         where application_name like 'escapement %' and pid <> pg_backend_pid()""");
            }
            while (true) {
                try {
                    hoarded.add(connect());
                } catch (SQLException e) {
                    assertThat(hoarded).hasSizeGreaterThan(60);
                    return;
                }
            }
        });
    }

    @Test
    void an_idle_transaction_locks_the_tasks() throws Exception {
        try (Load load = cluster.load()) {
            awaitMore(load, 50);
            try (Connection idle = connect();
                    Statement statement = idle.createStatement()) {
                idle.setAutoCommit(false);
                statement.execute("lock table escapement.live in access exclusive mode");
                Eventually.within(PATIENCE, () -> assertThat(facts.number("""
                                select count(*) from pg_stat_activity
                                 where wait_event_type = 'Lock' and now() - query_start > interval '10 s'""")).isPositive());
                idle.rollback();
            }
            awaitMore(load, 50);
            cluster.settle(load);
        }
    }

    @Test
    void an_old_snapshot_pins_what_is_dead() throws Exception {
        try (Load load = cluster.load()) {
            awaitMore(load, 50);
            long before = ratePerMinute(load);
            try (Connection pinned = connect();
                    Statement statement = pinned.createStatement()) {
                pinned.setAutoCommit(false);
                statement.execute("set transaction isolation level repeatable read");
                statement.execute("select count(*) from escapement.live");
                ratePerMinute(load);
                long pinnedRate = ratePerMinute(load);
                log.info("tasks a minute: {}, with a snapshot pinned {}", before, pinnedRate);
                assertThat(pinnedRate).isGreaterThan(before / 2);
                pinned.rollback();
            }
            cluster.settle(load);
        }
    }

    private static long ratePerMinute(Load load) {
        int count = load.count();
        awaitSeconds(30);
        return 2L * (load.count() - count);
    }

    private static void awaitSeconds(long seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        Eventually.within(PATIENCE, () -> assertThat(System.nanoTime()).isGreaterThan(end));
    }

    @Test
    void a_herd_waits_when_the_nodes_come_back() throws Exception {
        try (Load load = cluster.load()) {
            for (int batch = 0; batch < 5; batch++) {
                cluster.node(0).submit(1000, FaultCluster.task(0));
            }
            cluster.nodes().forEach(node -> node.signal("KILL"));
            for (int i = 0; i < 3; i++) {
                cluster.startAgain(i);
            }
            awaitMore(load, 20);
            cluster.settle(load);
        }
    }

    @Test
    void lines_go_slow_dead_and_are_reset() throws Exception {
        try (Load load = cluster.load()) {
            for (int round = 0; round < 6; round++) {
                TcpProxy line = cluster.line(cluster.random().nextInt(3));
                switch (round % 3) {
                    case 0 -> line.delay(Duration.ofMillis(20));
                    case 1 -> line.set(TcpProxy.Mode.BLACKHOLE);
                    default -> line.set(TcpProxy.Mode.REFUSE);
                }
                line.reset();
                awaitMore(load, 30);
                line.set(TcpProxy.Mode.PASS);
                line.reset();
            }
            cluster.settle(load);
        }
    }

    @Test
    void hostile_actions_cost_only_themselves() throws Exception {
        try (Load load = cluster.load()) {
            String deaf = submit("deaf", "\"timeout_seconds\":1,", "{\"milliseconds\":5000}");
            String error = submit("error", "", "{}");
            String overflow = submit("overflow", "", "{}");
            String huge = submit("huge", "", "{}");

            awaitStatus(deaf, "FAILED");
            awaitStatus(error, "FAILED");
            awaitStatus(overflow, "FAILED");
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(facts.number("select count(*) from escapement.ended where id = " + huge))
                            .isEqualTo(1));
            awaitMore(load, 50);
            cluster.settle(load);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"poison", "hog"})
    void what_kills_its_node_costs_three_and_is_quarantined(String action) throws Exception {
        String poison = submit(action, "\"delay_seconds\":1,", "{}"); // or its node may die before it has answered
        Eventually.within(PATIENCE.multipliedBy(3), () -> {
            cluster.startDead();
            assertThat(facts.texts("select status from escapement.ended where id = " + poison))
                    .containsExactly("FAILED");
        });

        assertThat(facts.texts("select reason from escapement.ended where id = " + poison))
                .containsExactly("QUARANTINED");
        assertThat(facts.texts("select outcome from escapement.attempt where task_id = " + poison))
                .containsExactly("LOST", "LOST", "LOST");
        cluster.startDead();
        cluster.nodes().forEach(ServerProcess::waitReady);
        try (Load load = cluster.load()) {
            awaitMore(load, 50);
            cluster.settle(load);
        }
    }

    @Test
    void failures_by_the_hundred_thousand_leave_room_for_the_others() throws Exception {
        Load[] loads = cluster.loads(OTHER_CLIENTS, OTHERS_A_MINUTE);
        try {
            awaitMore(loads[0], 100); // the compilers warm up
            String failing = "{\"action_name\":\"error\",\"queue\":\"failing\",\"max_attempts\":5}";
            for (int batch = 0; batch < FAILING / 1000; batch++) {
                cluster.node(batch % 3).submit(1000, failing);
            }
            long ended = facts.number(OTHERS_ENDED);
            awaitSeconds(60);
            long among = facts.number(OTHERS_ENDED) - ended;
            cluster.settle(loads);
            log.info(
                    "{} tasks fail five times each: {} others end in a minute of {} offered; they waited {} ms at most, 99 of 100 {} ms",
                    FAILING,
                    among,
                    OTHERS_A_MINUTE,
                    facts.number(WAITED.formatted(1.0)),
                    facts.number(WAITED.formatted(0.99)));
            assertThat(facts.number("select count(*) from report.attempts where queue = 'failing'"))
                    .isEqualTo(5L * FAILING);
            assertThat(facts.number(WAITED.formatted(1.0)))
                    .as("the longest wait of one that does not fail, in ms")
                    .isLessThan(5_000);
            assertThat(among).as("others ended in a minute").isGreaterThanOrEqualTo(OTHERS_A_MINUTE * 80L / 100);
        } finally {
            for (Load load : loads) {
                load.close();
            }
        }
    }

    private static final String OTHERS_ENDED =
            "select count(*) from report.attempts where action_name = 'ledger' and outcome = 'SUCCEEDED'";

    /** In milliseconds, the first start of what does not fail. */
    private static final String WAITED = """
            select percentile_disc(%s) within group (order by wait_ms)::bigint
              from report.attempts where action_name = 'ledger' and attempt = 1
            """;

    /** The files and the WAL until the end of the copying, as PostgreSQL's manual has it for copies without an archive. */
    @Test
    void a_copy_made_under_load_goes_on_by_itself(@TempDir Path elsewhere) throws Exception {
        Set<String> before;
        try (Load load = cluster.load();
                Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set wal_keep_size = '1GB'");
            statement.execute("select pg_reload_conf()");
            awaitMore(load, 100);
            before = load.acknowledged();
            statement.execute("select pg_backup_start('copy', true)");
            copy(folder.resolve("data"), elsewhere.resolve("data"));
            awaitMore(load, 100);
            String label;
            try (ResultSet row = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
                row.next();
                label = row.getString(1);
            }
            Path copied = elsewhere.resolve("data/pg");
            copy(folder.resolve("data/pg/pg_wal"), copied.resolve("pg_wal"));
            Files.writeString(copied.resolve("backup_label"), label);
            Files.delete(copied.resolve("postmaster.pid"));
            cluster.settle(load);
        }

        try (FaultCluster copy = new FaultCluster(elsewhere, 1, Map.of());
                Load load = copy.load()) {
            awaitMore(load, 100);
            copy.settle(load);
            assertThat(copy.facts().texts("select id from escapement.ended"))
                    .as("what was acknowledged before the copy was begun")
                    .containsAll(before);
        }
    }

    // cp complains of files that go while it copies; PostgreSQL makes them anew from the WAL
    private static void copy(Path from, Path to) throws Exception {
        Files.createDirectories(to);
        new ProcessBuilder("cp", "-a", from + "/.", to.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** As an update of the product would: a node of this version works on, another one starts on the newer schema. */
    @Test
    void two_migrations_that_add_are_applied_under_load_and_nodes_of_both_sides_work() throws Exception {
        try (Load load = cluster.load()) {
            awaitMore(load, 100);
            migrate(
                    "alter table escapement.live add column one_more text",
                    "alter table escapement.task add column one_more bigint not null default 7",
                    "update escapement.schema_version set version = version + 1");
            cluster.startAgain(0);
            awaitMore(load, 100);
            migrate(
                    "create table escapement.more_of_it (id bigint primary key, at timestamptz not null default now())",
                    "create index live_one_more on escapement.live (one_more)",
                    "alter table escapement.attempt add column one_more jsonb, add check (one_more is null)",
                    "alter table escapement.node add column one_more integer",
                    "update escapement.schema_version set version = version + 1");
            cluster.startAgain(1);
            awaitMore(load, 100);
            cluster.settle(load);
            log.info("the longest span without a start was {} ms", facts.number(LONGEST_SPAN));
        }
        assertThat(
                        facts.texts(
                                "select name from report.nodes n where alive and not exists (select from escapement.attempt a where a.node = n.incarnation)"))
                .as("nodes that live and did nothing")
                .isEmpty();
        assertThat(cluster.nodes().stream().map(ServerProcess::errors)).allMatch(String::isEmpty);
    }

    private static final String LONGEST_SPAN = """
            select (extract(epoch from max(span)) * 1000)::bigint
              from (select started_at - lag(started_at) over (order by started_at) as span from escapement.attempt) spans
            """;

    // as the product's own do: whoever waits long for a lock keeps everyone behind it waiting too
    private void migrate(String... statements) {
        for (String statement : statements) {
            Eventually.within(PATIENCE, () -> facts.execute("set lock_timeout = '2s'; " + statement));
        }
    }

    private String submit(String action, String more, String params) throws Exception {
        return cluster.node(0)
                .submit(
                        1,
                        "{\"action_name\":\"%s\",\"max_attempts\":1,%s\"action_params\":%s}"
                                .formatted(action, more, params))
                .getFirst();
    }

    private void awaitStatus(String task, String status) {
        Eventually.within(
                PATIENCE,
                () -> assertThat(facts.texts("select status from escapement.ended where id = " + task))
                        .containsExactly(status));
    }

    private static void awaitMore(Load load, int tasks) {
        int before = load.count();
        Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThanOrEqualTo(before + tasks));
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                cluster.postgres().url(),
                cluster.postgres().user(),
                cluster.postgres().password());
    }
}
