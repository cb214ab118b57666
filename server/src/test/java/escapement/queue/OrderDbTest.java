package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which order ready tasks start. */
class OrderDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Recorder recorder = new Recorder();
    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void createDatabase() {
        database = TestDatabase.create();
    }

    @AfterEach
    void stop() {
        recorder.release();
        server.close();
        database.close();
    }

    @Test
    void the_most_urgent_of_three_starts_first_and_the_ten_metrics_tell_it() {
        start(Duration.ofMinutes(10));

        server.post("/api/v1/tasks/batch", """
                        {"tasks":[
                          {"action_name":"record","action_params":{"name":"low"},"priority":"LOW","confidence_score":0.8},
                          {"action_name":"record","action_params":{"name":"medium"},"priority":"MEDIUM","confidence_score":0.8},
                          {"action_name":"record","action_params":{"name":"critical"},"priority":"CRITICAL","confidence_score":0.9}]}""").is(201);
        server.awaitCount(PATIENCE, "COMPLETED", 3);

        assertThat(recorder.started()).containsExactly("critical", "medium", "low");
        var metrics = server.metrics();
        assertThat(metrics.path("total_tasks").intValue()).isEqualTo(3);
        assertThat(metrics.path("total_executed").intValue()).isEqualTo(3);
        assertThat(metrics.path("total_succeeded").intValue()).isEqualTo(3);
        assertThat(metrics.path("total_failed").intValue()).isZero();
        assertThat(metrics.path("total_deferred").intValue()).isZero();
        assertThat(metrics.path("success_rate").doubleValue()).isEqualTo(1.0);
        assertThat(metrics.path("active_tasks").intValue()).isZero();
        assertThat(metrics.path("pending_tasks").intValue()).isZero();
        assertThat(metrics.path("completed_tasks").intValue()).isEqualTo(3);
        assertThat(metrics.path("failed_tasks").intValue()).isZero();
        assertThat(metrics.fieldNames()).toIterable().contains("total_tasks", "by_status", "queues", "node");
    }

    @Test
    void background_tasks_run_and_an_urgent_one_is_the_next_to_start() {
        start(Duration.ofMinutes(10));

        server.submitMany(10, task("hold", "background", "BACKGROUND"));
        awaitStarted(1);
        server.submit(task("hold", "urgent", "CRITICAL"));
        recorder.release(1);
        awaitStarted(2);

        assertThat(recorder.started()).containsExactly("background", "urgent");
        recorder.release();
        server.awaitCount(Duration.ofSeconds(4), "COMPLETED", 11);
    }

    @Test
    void equals_start_in_the_order_they_came_in() {
        start(Duration.ofMinutes(10));
        server.submit(task("hold", "first", "MEDIUM"));
        awaitStarted(1);

        IntStream.range(0, 100).forEach(i -> server.submit(task("record", Integer.toString(i), "MEDIUM")));
        recorder.release();
        server.awaitCount(PATIENCE, "COMPLETED", 101);

        assertThat(recorder.started().subList(1, 101))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    @Test
    void a_batch_starts_in_the_order_of_the_batch() {
        start(Duration.ofMinutes(10));
        List<String> tasks = new ArrayList<>();
        IntStream.range(0, 100).forEach(i -> tasks.add(task("record", Integer.toString(i), "MEDIUM")));

        server.post("/api/v1/tasks/batch", "{\"tasks\":[" + String.join(",", tasks) + "]}")
                .is(201);
        server.awaitCount(PATIENCE, "COMPLETED", 100);

        assertThat(recorder.started())
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(Integer::toString).toList());
    }

    @Test
    void with_ageing_a_low_task_behind_a_stream_of_high_ones_starts_within_the_bound() {
        Duration bound = Duration.ofSeconds(2);
        start(bound);
        String high = "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":100},\"priority\":\"HIGH\"}";
        server.await(
                server.submit(high), "COMPLETED"); // in a JVM that has just started the first of all takes its time
        server.submitMany(3, high); // so that the stream never dries up
        String low = server.submit(task("record", "low", "LOW"));

        try (ScheduledExecutorService stream = Executors.newSingleThreadScheduledExecutor()) {
            var _ = stream.scheduleAtFixedRate(() -> server.submit(high), 0, 100, TimeUnit.MILLISECONDS);
            Eventually.within(PATIENCE, () -> assertThat(recorder.started()).containsExactly("low"));
            assertThat(server.count("PENDING")).isPositive();
            stream.shutdownNow();
        }

        server.await(low, "COMPLETED");
        assertThat(waited(low)).isBetween(bound.dividedBy(4), bound);
    }

    @Test
    void with_ageing_a_task_that_waited_for_the_bound_is_overtaken_by_no_newer_one() {
        Duration bound = Duration.ofMinutes(10);
        start(bound);
        server.submit(task("hold", "first", "CRITICAL"));
        awaitStarted(1);

        server.submit(task("record", "old", "BACKGROUND"));
        letPass(bound);
        server.submit(task("record", "new", "BACKGROUND"));
        server.submit(task("record", "urgent", "CRITICAL"));
        recorder.release();
        server.awaitCount(PATIENCE, "COMPLETED", 4);

        assertThat(recorder.started()).containsExactly("first", "old", "urgent", "new");
    }

    @Test
    void without_ageing_a_low_task_never_overtakes_a_high_one() {
        start(Duration.ZERO);
        server.submit(task("hold", "first", "CRITICAL"));
        awaitStarted(1);

        server.submit(task("record", "low", "LOW"));
        letPass(Duration.ofDays(365));
        for (int i = 0; i < 30; i++) {
            server.submit(task("record", "high", "HIGH"));
        }
        recorder.release();
        server.awaitCount(PATIENCE, "COMPLETED", 32);

        assertThat(recorder.started().getLast()).isEqualTo("low");
    }

    @Test
    void among_equal_priorities_the_nearest_deadline_starts_first_when_so_ordered() {
        server = TestServer.with()
                .limit(1)
                .order(ClaimOrder.By.DEADLINE)
                .actions(recorder.actions())
                .start(database);
        server.submit(task("hold", "first", "CRITICAL"));
        awaitStarted(1);
        String batch = String.join(
                ",",
                task("record", "oldest", "MEDIUM"),
                dueIn(3600, "in an hour", "MEDIUM"),
                dueIn(60, "low, in a minute", "LOW"),
                dueIn(120, "in two minutes", "MEDIUM"),
                task("record", "high", "HIGH"));
        server.post("/api/v1/tasks/batch", "{\"tasks\":[" + batch + "]}").is(201);
        server.submit(task("record", "newest", "MEDIUM"));
        server.submit(dueIn(60, "in a minute", "MEDIUM"));
        server.submit(task("record", "background", "BACKGROUND"));

        recorder.release();
        server.awaitCount(PATIENCE, "COMPLETED", 9);

        assertThat(recorder.started())
                .containsExactly(
                        "first",
                        "high",
                        "in a minute",
                        "in two minutes",
                        "in an hour",
                        "oldest",
                        "newest",
                        "low, in a minute",
                        "background");
    }

    @Test
    void a_task_brought_back_keeps_its_place_by_deadline() {
        server = TestServer.with()
                .limit(1)
                .order(ClaimOrder.By.DEADLINE)
                .actions(recorder.actions())
                .start(database);
        server.submit(task("hold", "first", "CRITICAL"));
        awaitStarted(1);
        String urgent = server.submit(dueIn(60, "urgent", "MEDIUM"));
        server.submit(dueIn(120, "next", "MEDIUM"));
        server.submit(task("record", "last", "MEDIUM"));
        server.post("/api/v1/tasks/" + urgent + "/cancel", "{\"reason\":\"a mistake\"}")
                .is(200);

        server.post("/api/v1/tasks/" + urgent + "/retry", "{\"reason\":\"it was none\"}")
                .is(200);
        recorder.release();
        server.awaitCount(PATIENCE, "COMPLETED", 4);

        assertThat(recorder.started()).containsExactly("first", "urgent", "next", "last");
    }

    @Test
    void a_task_that_failed_gives_way_to_those_that_come_in_until_it_may_run_again_and_a_while_after() {
        start(Duration.ofMinutes(10));

        failBesideNewer(task("stumble", "failing", "MEDIUM"));

        assertThat(recorder.started()).containsExactly("failing", "first", "newer", "newest", "failing");
    }

    @Test
    void however_often_a_task_fails_it_gives_way_for_no_longer() {
        start(Duration.ofMinutes(10));
        String id = server.submit("""
                {"action_name":"stumble","action_params":{"name":"failing"},"max_attempts":4,
                 "retry":{"first_seconds":0.01,"factor":100}}""");
        awaitStarted(3);
        server.await(id, "SCHEDULED");

        long behind = Sql.number(database, """
                select claim_order / 1000000 - date_part('epoch', run_at)::bigint from escapement.live where status = 'SCHEDULED'""");

        assertThat(behind)
                .as("seconds behind a CRITICAL task: two steps for its priority, and a minute")
                .isBetween(300L + 55, 300L + 61);
    }

    @Test
    void a_task_that_failed_keeps_its_place_by_deadline() {
        server = TestServer.with()
                .limit(1)
                .order(ClaimOrder.By.DEADLINE)
                .actions(recorder.actions())
                .start(database);

        failBesideNewer(dueIn(600, "failing", "MEDIUM").replace("\"record\"", "\"stumble\""));

        assertThat(recorder.started()).containsExactly("failing", "first", "failing", "newer", "newest");
    }

    private void failBesideNewer(String failing) {
        String id =
                server.submit(failing.replaceFirst("\\{", "{\"max_attempts\":2,\"retry\":{\"first_seconds\":3600},"));
        server.await(id, "SCHEDULED");
        server.submit(task("hold", "first", "MEDIUM"));
        awaitStarted(2);
        server.submit(task("record", "newer", "MEDIUM"));
        Sql.update(database, "update escapement.live set run_at = now() where status = 'SCHEDULED'");
        Eventually.within(PATIENCE, () -> assertThat(server.count("PENDING")).isEqualTo(2));
        server.submit(task("record", "newest", "MEDIUM"));
        recorder.release();
        server.await(id, "FAILED");
        server.awaitCount(PATIENCE, "COMPLETED", 3);
    }

    private static String dueIn(int seconds, String name, String priority) {
        return "{\"deadline_at\":\"%s\",%s"
                .formatted(
                        Instant.now().plusSeconds(seconds),
                        task("record", name, priority).substring(1));
    }

    private void start(Duration ageing) {
        server = TestServer.with()
                .limit(1)
                .ageing(ageing)
                .actions(recorder.actions())
                .start(database);
    }

    private void awaitStarted(int attempts) {
        Eventually.within(PATIENCE, () -> assertThat(recorder.started()).hasSize(attempts));
    }

    /** As if everything that waits had come in that much earlier. */
    private void letPass(Duration time) {
        assertThat(Sql.update(
                        database,
                        "update escapement.live set claim_order = claim_order - ? where status = 'PENDING'",
                        time.toNanos() / 1000))
                .isEqualTo(1);
    }

    private Duration waited(String id) {
        var attempt = server.attempts(id).getFirst();
        return Duration.between(
                Instant.parse(attempt.path("ready_at").textValue()),
                Instant.parse(attempt.path("started_at").textValue()));
    }

    private static String task(String action, String name, String priority) {
        return "{\"action_name\":\"%s\",\"action_params\":{\"name\":\"%s\"},\"priority\":\"%s\"}"
                .formatted(action, name, priority);
    }
}
