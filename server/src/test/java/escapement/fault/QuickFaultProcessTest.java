package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.Ledger;
import escapement.support.ServerProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The faults that every build tries, on one cluster of three nodes under load; the others are in LongFaultProcessTest. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuickFaultProcessTest {
    private static final Logger log = LoggerFactory.getLogger(QuickFaultProcessTest.class);
    private static final Duration PATIENCE = FaultCluster.PATIENCE;

    private FaultCluster cluster;
    private Facts facts;

    @BeforeAll
    void start(@TempDir Path folder) throws InterruptedException {
        cluster = new FaultCluster(folder, 3, Map.of());
        facts = cluster.facts();
    }

    @AfterAll
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void a_killed_node_loses_nothing_and_the_others_have_its_tasks_when_its_lease_has_run_out() throws Exception {
        try (Load load = cluster.load()) {
            Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThan(100));
            long victim = cluster.node(1).pid();
            List<String> slow = cluster.node(1).submit(40, FaultCluster.task(1000));
            Eventually.within(
                    PATIENCE, () -> assertThat(startedBy(victim)).anyMatch(line -> slow.contains(line.task())));

            cluster.node(1).kill9();
            long killedAt = System.currentTimeMillis();

            Eventually.within(PATIENCE, () -> assertThat(facts.number("""
                            select count(*) from escapement.live l join escapement.node n on n.incarnation = l.node
                             where n.lease_until <= now()""")).isZero());
            int before = load.count();
            Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThan(before + 50));
            cluster.settle(load);
            long rescued = cluster.ledger().starts().stream()
                            .filter(line -> line.attempt() > 1 && line.atMillis() > killedAt)
                            .mapToLong(Ledger.Line::atMillis)
                            .max()
                            .orElseThrow()
                    - killedAt;
            log.info("kill -9 of one of three: its last task started again after {} ms", rescued);
            assertThat(rescued).isLessThan(20_000);
        } finally {
            cluster.startAgain(1);
        }
    }

    @Test
    void a_frozen_node_is_refused_what_it_ends_when_it_wakes_and_goes_on_anew() throws Exception {
        try (Load load = cluster.load()) {
            ServerProcess frozen = cluster.node(2);
            List<String> tasks = frozen.submit(
                    60, FaultCluster.task(3000).replace("{\"milliseconds", "{\"deaf\":true,\"milliseconds"));
            Eventually.within(
                    PATIENCE, () -> assertThat(startedBy(frozen.pid())).anyMatch(line -> tasks.contains(line.task())));

            frozen.signal("STOP");
            int before = load.count();
            Eventually.within(PATIENCE, () -> assertThat(facts.number("""
                            select count(*) from escapement.live l join escapement.node n on n.incarnation = l.node
                             where n.lease_until <= now()""")).isZero());
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(facts.texts("select id from escapement.ended"))
                            .containsAll(tasks));
            frozen.signal("CONT");

            Eventually.within(
                    PATIENCE,
                    () -> assertThat(frozen.get("/metrics").body())
                            .containsPattern("escapement_stale_completions_total [1-9]"));
            Eventually.within(PATIENCE, () -> assertThat(frozen.isReady()).isTrue());
            Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThan(before));
            cluster.settle(load);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "submit, insert into escapement.task",
        "claim, claimed as (",
        "complete, delete from escapement.live l using u"
    })
    void a_commit_whose_answer_is_lost_counts_once(String what, String sql) throws Exception {
        try (Load load = cluster.load()) {
            for (int i = 0; i < 3; i++) {
                TcpProxy line = cluster.line(i);
                int cuts = line.cuts();
                line.cutCommitOf(sql);
                Eventually.within(PATIENCE, () -> assertThat(line.cuts()).isEqualTo(cuts + 1));
            }
            int before = load.count();
            Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThan(before + 20));
            cluster.settle(load);
            log.info("the answer to the commit of a {} was lost on each node", what);
        }
    }

    @Test
    void connections_ended_again_and_again_lose_nothing() throws Exception {
        try (Load load = cluster.load()) {
            for (int round = 0; round < 5; round++) {
                int before = load.count();
                facts.texts("""
                        select pg_terminate_backend(pid) from pg_stat_activity
                         where application_name like 'escapement %' and pid <> pg_backend_pid()""");
                Eventually.within(PATIENCE, () -> assertThat(load.count()).isGreaterThan(before + 3));
            }
            cluster.settle(load);
        }
    }

    @Test
    void a_node_whose_line_is_dead_says_so_within_seconds_and_comes_back_by_itself() throws Exception {
        try (Load load = cluster.load()) {
            ServerProcess cutOff = cluster.node(0);
            Eventually.within(PATIENCE, () -> assertThat(cutOff.isReady()).isTrue());

            cluster.line(0).set(TcpProxy.Mode.BLACKHOLE);
            long cutAt = System.nanoTime();
            Eventually.within(
                    PATIENCE, () -> assertThat(cutOff.get("/readyz").body()).contains("the database does not answer"));
            long millis = (System.nanoTime() - cutAt) / 1_000_000;
            log.info("a half-open line: not ready after {} ms", millis);
            assertThat(millis).isLessThan(8000); // 5 s, and what a busy machine adds
            HttpResponse<String> refused = cutOff.post("/api/v1/tasks", FaultCluster.TASK);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            long waited = (System.nanoTime() - cutAt) / 1_000_000 - millis;
            assertThat(waited).isLessThan(2000); // no wait for the line: one that is dead says nothing for 30 s
            assertThat(cutOff.get("/healthz").statusCode()).isEqualTo(200);

            cluster.line(0).set(TcpProxy.Mode.REFUSE);
            cluster.line(0).reset();
            cluster.line(0).set(TcpProxy.Mode.PASS);
            Eventually.within(PATIENCE, () -> assertThat(cutOff.isReady()).isTrue());
            cluster.settle(load);
        }
    }

    private List<Ledger.Line> startedBy(long process) {
        return cluster.ledger().starts().stream()
                .filter(line -> line.processId() == process)
                .toList();
    }
}
