package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.Ledger;
import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server with its own PostgreSQL, and either or both of them killed while tasks run. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KillProcessTest {
    private static final Logger log = LoggerFactory.getLogger(KillProcessTest.class);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TASK = "{\"action_name\":\"ledger\",\"action_params\":{\"milliseconds\":50}}";

    private static final String SURE =
            "{\"action_name\":\"ledger\",\"action_params\":{\"milliseconds\":50},\"confidence_score\":0.9}";

    @TempDir
    Path folder;

    private Ledger ledger;

    @BeforeEach
    void prepare() {
        PreparedData.copyInto(folder);
        ledger = new Ledger(folder.resolve("ledger"));
    }

    private ServerProcess serve() {
        return ServerProcess.in(folder)
                .set("ESCAPEMENT_MAX_CONCURRENT_TASKS", "20")
                .serveWith(ledger)
                .waitReady();
    }

    @Test
    void after_a_kill_of_the_server_the_next_one_goes_on_at_once_and_every_task_ends_exactly_once() throws Exception {
        Set<String> completed;
        Set<String> tasks;
        long killedAt;
        try (ServerProcess first = serve()) {
            tasks = Set.copyOf(first.submit(1000, TASK));
            Eventually.within(SOON, () -> assertThat(ledger.ends().size()).isGreaterThan(200));

            first.kill9();
            killedAt = System.currentTimeMillis();

            assertThat(first.postmaster()).as("it survives its server").isPresent();
            Facts left = new Facts(first.embeddedDatabase());
            completed = Set.copyOf(left.texts("select id from escapement.ended"));
            assertThat(left.number("select count(*) from escapement.live where status = 'IN_PROGRESS'"))
                    .isPositive();

            try (ServerProcess second = serve()) {
                log.info("kill -9 of the server: ready after {} ms", System.currentTimeMillis() - killedAt);
                Facts facts = new Facts(second.embeddedDatabase());
                Eventually.within(SOON, () -> assertThat(facts.live()).isZero());

                everyTaskEndedOnce(facts, tasks);
                List<Ledger.Line> secondStarts = ledger.starts().stream()
                        .filter(line -> line.processId() == second.pid())
                        .toList();
                assertThat(secondStarts).noneMatch(line -> completed.contains(line.task()));
                long rescueMillis = secondStarts.stream()
                                .filter(line -> line.attempt() > 1)
                                .mapToLong(Ledger.Line::atMillis)
                                .min()
                                .orElseThrow()
                        - killedAt;
                log.info("kill -9 of the server: first rescued task started after {} ms", rescueMillis);
                assertThat(rescueMillis).as("well within the lease of 30 s").isLessThan(25_000);

                ServerProcess verify = ServerProcess.in(folder).start("verify");
                assertThat(verify.waitExit(SOON))
                        .as(verify.output() + verify.errors())
                        .isZero();
                assertThat(verify.output()).contains("All invariants hold.");
            }
        }
    }

    @Test
    void a_killed_postgresql_is_started_again_and_no_acknowledged_task_is_lost() throws Exception {
        try (ServerProcess server = serve();
                Submitter submitter = new Submitter(server)) {
            Facts facts = new Facts(server.embeddedDatabase());
            Eventually.within(SOON, () -> assertThat(ledger.ends().size()).isGreaterThan(100));
            long postmaster = server.postmaster().orElseThrow().pid();

            ServerProcess.signal("KILL", postmaster);
            long killedAt = System.currentTimeMillis();

            Eventually.within(
                    Duration.ofSeconds(15),
                    () -> assertThat(server.postmaster().orElseThrow().pid()).isNotEqualTo(postmaster));
            Eventually.within(
                    SOON,
                    () -> assertThat(facts.number(FIRST_CLAIM_SINCE_START)).isPositive());
            log.info(
                    "kill -9 of PostgreSQL: first claim after {} ms", facts.number(FIRST_CLAIM_SINCE_START) - killedAt);
            assertThat(facts.number(FIRST_CLAIM_SINCE_START) - killedAt).isLessThan(15_000);
            Eventually.within(SOON, () -> assertThat(server.isReady()).isTrue());

            long backend = facts.number(
                    "select pid from pg_stat_activity where application_name = 'escapement work' order by pid limit 1");
            int before = submitter.acknowledged().size();
            ServerProcess.signal("KILL", backend);

            Eventually.within(
                    SOON, () -> assertThat(submitter.acknowledged().size()).isGreaterThan(before + 50));
            Set<String> acknowledged = submitter.stop();
            Eventually.within(SOON, () -> assertThat(facts.live()).isZero());
            assertThat(server.isReady()).isTrue();
            assertThat(facts.texts("select id from escapement.task")).containsAll(acknowledged);
            everyTaskEndedOnce(facts, acknowledged);
            facts.invariantsHold();
        }
    }

    private static final String FIRST_CLAIM_SINCE_START = """
            select coalesce((extract(epoch from min(started_at)) * 1000)::bigint, 0)
              from escapement.attempt where started_at > pg_postmaster_start_time()
            """;

    @Test
    void server_and_postgresql_may_be_killed_together_in_the_middle_of_counting_outcomes() throws Exception {
        Set<String> tasks;
        try (ServerProcess first = serve();
                Connection sums = Database.connect(first.embeddedDatabase(), "test")) {
            sums.setAutoCommit(false);
            try (Statement statement = sums.createStatement()) {
                statement.execute("lock table escapement.calibration_day in exclusive mode");
            }
            tasks = Set.copyOf(first.submit(300, SURE));
            Eventually.within(SOON, () -> assertThat(ledger.ends().size()).isGreaterThan(50));
            Facts before = new Facts(first.embeddedDatabase());
            Eventually.within(
                    SOON,
                    () -> assertThat(before.number(COUNTING))
                            .as("the follower waits")
                            .isPositive());
            long postmaster = first.postmaster().orElseThrow().pid();

            first.kill9();
            ServerProcess.signal("KILL", postmaster);
            long killedAt = System.currentTimeMillis();

            try (ServerProcess second = serve()) {
                log.info("kill -9 of both: ready after {} ms", System.currentTimeMillis() - killedAt);
                Facts facts = new Facts(second.embeddedDatabase());
                Eventually.within(SOON, () -> assertThat(facts.live()).isZero());
                everyTaskEndedOnce(facts, tasks);
                Eventually.within(
                        SOON,
                        () -> assertThat(facts.number("select coalesce(sum(n), 0) from escapement.calibration_day"))
                                .isEqualTo(tasks.size()));
                facts.invariantsHold(); // and the sums are those of a recount
            }
        }
    }

    private static final String COUNTING = """
            select count(*) from pg_locks where not granted and relation = 'escapement.calibration_day'::regclass
            """;

    @Test
    void graphs_cut_short_by_a_kill_go_on_and_every_task_and_branch_of_them_comes_once() throws Exception {
        try (ServerProcess first = serve()) {
            HttpResponse<String> stored = first.post("/api/v1/tasks/batch", diamonds());
            assertThat(stored.statusCode()).as(stored.body()).isEqualTo(201);
            Eventually.within(SOON, () -> assertThat(ledger.ends().size()).isGreaterThan(200));

            first.kill9();

            Facts left = new Facts(first.embeddedDatabase());
            assertThat(left.number("select count(*) from escapement.live where status = 'BLOCKED'"))
                    .as("killed in the middle")
                    .isPositive();
            try (ServerProcess second = serve()) {
                Facts facts = new Facts(second.embeddedDatabase());
                Eventually.within(SOON, () -> assertThat(facts.live()).isZero());

                assertThat(facts.number("select count(*) from escapement.task"))
                        .isEqualTo(DIAMONDS * (2L + WIDTH + WIDTH));
                assertThat(facts.number("select count(distinct (task_id, position)) from escapement.branch_result"))
                        .isEqualTo(DIAMONDS * WIDTH);
                assertThat(facts.number("select count(distinct parent_id) from escapement.task"))
                        .isEqualTo(DIAMONDS * WIDTH);
                assertThat(facts.number(STARTED_TOO_EARLY)).isZero();
                everyTaskEndedOnce(facts, Set.copyOf(facts.texts("select id from escapement.task")));
                facts.invariantsHold();
            }
        }
    }

    private static final int DIAMONDS = 20;
    private static final int WIDTH = 20;
    private static final String STARTED_TOO_EARLY = """
            select count(*)
              from escapement.dependency d
              join escapement.attempt later on later.task_id = d.downstream
              join escapement.attempt before on before.task_id = d.upstream and before.outcome = 'SUCCEEDED'
             where later.started_at < before.ended_at
            """;

    /** Each: one task, many that wait for it and make one more each, and one that waits for these many. */
    private static String diamonds() {
        List<String> tasks = new ArrayList<>();
        String task = TASK.substring(1, TASK.length() - 1);
        for (int diamond = 0; diamond < DIAMONDS; diamond++) {
            List<String> middle = new ArrayList<>();
            tasks.add("{\"ref\":\"top %d\",%s}".formatted(diamond, task));
            for (int i = 0; i < WIDTH; i++) {
                String ref = "\"middle %d %d\"".formatted(diamond, i);
                middle.add(ref);
                tasks.add("""
                        {"ref":%s,"dependencies":["top %d"],%s,
                         "conditional_branches":[{"condition_type":"success","next_task_template":%s}]}""".formatted(ref, diamond, task, TASK));
            }
            tasks.add(
                    "{\"ref\":\"end %d\",\"dependencies\":[%s],%s}".formatted(diamond, String.join(",", middle), task));
        }
        return "{\"tasks\":[" + String.join(",", tasks) + "]}";
    }

    /** Its action may have run once more for each attempt that a kill cut short, and never without one. */
    private void everyTaskEndedOnce(Facts facts, Set<String> tasks) throws Exception {
        assertThat(facts.texts("select id from escapement.ended where status = 'COMPLETED'"))
                .doesNotHaveDuplicates()
                .containsAll(tasks);
        assertThat(ledger.endedTasks()).containsAll(tasks);
        assertThat(ledger.starts().stream()
                        .map(line -> line.task() + " attempt " + line.attempt())
                        .toList())
                .as("no attempt runs twice")
                .doesNotHaveDuplicates();
        Set<String> cutShort =
                Set.copyOf(facts.texts("select distinct task_id from escapement.attempt where outcome = 'LOST'"));
        assertThat(ledger.endsByTask().entrySet().stream()
                        .filter(entry -> entry.getValue() > 1 && !cutShort.contains(entry.getKey()))
                        .map(java.util.Map.Entry::getKey)
                        .collect(Collectors.toSet()))
                .as("ran to the end again without a lost attempt")
                .isEmpty();
    }

    /** Submits one task after the other, through whatever happens, and remembers those that were acknowledged. */
    private static final class Submitter implements AutoCloseable {
        private final ServerProcess server;
        private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        private final Thread thread;
        private volatile boolean stopped;

        Submitter(ServerProcess server) {
            this.server = server;
            this.thread = Thread.ofPlatform().name("submitter").start(this::run);
        }

        private void run() {
            while (!stopped) {
                try {
                    HttpResponse<String> response = server.post("/api/v1/tasks", TASK);
                    if (response.statusCode() == 201) {
                        acknowledged.add(response.headers()
                                .firstValue("Location")
                                .orElseThrow()
                                .replace("/api/v1/tasks/", ""));
                    }
                } catch (IOException e) {
                    log.debug("not acknowledged", e);
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        Queue<String> acknowledged() {
            return acknowledged;
        }

        Set<String> stop() throws InterruptedException {
            stopped = true;
            thread.join();
            return Set.copyOf(acknowledged);
        }

        @Override
        public void close() throws InterruptedException {
            stop();
        }
    }
}
