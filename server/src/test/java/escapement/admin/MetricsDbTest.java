package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.management.ThreadMXBean;
import escapement.action.Outcome;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the metrics say of known tasks, the same on every node. */
class MetricsDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final TestDatabase database = TestDatabase.create();
    private final Recorder recorder = new Recorder();
    private TestServer one;
    private TestServer two;

    @BeforeEach
    void start() {
        TestAction shaky = new TestAction("shaky", context -> {
            if (context.attempt() == 1) {
                throw new IllegalStateException("the first time");
            }
            return new Outcome.Succeeded(null);
        });
        one = TestServer.with().actions(shaky, recorder.actions()[1]).start(database);
        two = TestServer.with().actions(shaky, recorder.actions()[1]).start(database);
    }

    @AfterEach
    void stop() {
        recorder.release();
        one.close();
        two.close();
        database.close();
    }

    @Test
    void the_seeds_ten_and_ours_are_the_same_on_every_node() {
        one.submitMany(3, "{\"action_name\":\"echo\"}");
        one.await(one.submit("{\"action_name\":\"shaky\",\"retry\":{\"first_seconds\":0.1}}"), "COMPLETED");
        one.await(one.submit("{\"action_name\":\"fail\",\"max_attempts\":1}"), "FAILED");
        one.await(
                one.submit("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.2}"), "DEFERRED");
        String later = one.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");
        String waits =
                one.submit("{\"action_name\":\"echo\",\"dependencies\":[{\"task_id\":\"%s\"}]}".formatted(later));
        one.await(waits, "BLOCKED");
        String cancelled = one.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");
        one.post("/api/v1/tasks/" + cancelled + "/cancel", "{\"reason\":\"not wanted\"}")
                .is(200);
        one.await(
                one.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600,\"start_by\":\"2026-01-01T00:00:00Z\"}"),
                "SKIPPED");
        awaitRolledUp(6);

        JsonNode metrics = one.metrics();

        assertThat(List.of(
                        metrics.path("total_tasks").intValue(),
                        metrics.path("total_executed").intValue(),
                        metrics.path("total_succeeded").intValue(),
                        metrics.path("total_failed").intValue(),
                        metrics.path("total_deferred").intValue(),
                        metrics.path("active_tasks").intValue(),
                        metrics.path("pending_tasks").intValue(),
                        metrics.path("completed_tasks").intValue(),
                        metrics.path("failed_tasks").intValue()))
                .containsExactly(10, 6, 4, 2, 1, 0, 2, 4, 1);
        assertThat(metrics.path("success_rate").doubleValue()).isEqualTo(4 / 6.0);
        assertThat(List.of(
                        metrics.path("skipped_tasks").intValue(),
                        metrics.path("deferred_tasks").intValue(),
                        metrics.path("blocked_tasks").intValue(),
                        metrics.path("cancelled_tasks").intValue(),
                        metrics.path("removed_tasks").intValue()))
                .containsExactly(1, 1, 1, 1, 0);
        JsonNode durations = metrics.path("durations");
        assertThat(durations.path("window_minutes").intValue()).isEqualTo(60);
        assertThat(durations.path("wait_ms").path("n").intValue()).isEqualTo(6);
        assertThat(durations.path("run_ms").path("n").intValue()).isEqualTo(6);
        assertThat(durations.path("run_ms").path("p99").doubleValue()).isPositive();
        JsonNode other = two.metrics();
        for (String field :
                List.of("durations", "by_status", "total_executed", "success_rate", "removed_tasks", "deadlines")) {
            assertThat(other.path(field)).as(field).isEqualTo(metrics.path(field));
        }
        Verified.invariantsHold(database);
    }

    @Test
    void throughput_and_percentiles_are_of_the_minutes_asked_for() {
        one.submitMany(40, "{\"action_name\":\"echo\"}");
        awaitRolledUp(40);
        Sql.update(
                database,
                "update escapement.attempt_minute set minute = date_trunc('minute', now()) - interval '3 minutes'");
        Sql.update(
                database,
                "update escapement.attempt_spread set minute = date_trunc('minute', now()) - interval '3 minutes'");

        JsonNode metrics = one.get("/api/v1/metrics?window_minutes=2").is(200).json();

        assertThat(metrics.path("durations").path("wait_ms").toString())
                .isEqualTo("{\"n\":0,\"p50\":null,\"p95\":null,\"p99\":null}");
        assertThat(metrics.path("throughput").path(0).path("attempts").intValue())
                .isZero();
        assertThat(metrics.path("throughput").path(1).path("attempts").intValue())
                .isEqualTo(40);
        assertThat(metrics.path("throughput").path(1).path("per_second").doubleValue())
                .isEqualTo(40 / 300.0);
        assertThat(metrics.path("throughput").path(2).path("attempts").intValue())
                .isEqualTo(40);
        assertThat(one.get("/api/v1/metrics?window_minutes=1441").is(400).text())
                .contains("window_minutes", "1441", "must be a whole number from 1 to 1440");
        assertThat(one.get("/api/v1/metrics?windows=5").is(400).text()).contains("is no parameter of this route");
    }

    @Test
    void the_oldest_that_waits_is_told_by_queue_though_others_go_first() {
        one.put("/api/v1/mode", "{\"mode\":\"LOCKED\",\"reason\":\"test\",\"by\":\"ana\"}")
                .is(200);
        one.submit("{\"action_name\":\"echo\",\"queue\":\"mail\",\"priority\":\"LOW\"}");
        one.submit("{\"action_name\":\"echo\",\"queue\":\"mail\",\"priority\":\"CRITICAL\"}");
        Sql.update(
                database,
                "update escapement.live set ready_at = now() - interval '100 seconds' where priority = 'LOW'");

        JsonNode mail = queue("mail");

        assertThat(mail.path("oldest_waiting_seconds").doubleValue()).isBetween(100.0, 130.0);
        assertThat(mail.path("next_waiting_seconds").doubleValue()).isLessThan(60);
        assertThat(queue("default").path("oldest_waiting_seconds").isNull()).isTrue();
    }

    @Test
    void prometheus_reads_counters_gauges_and_histograms_that_are_the_same_on_every_node() {
        one.submitMany(5, "{\"action_name\":\"echo\"}");
        one.await(one.submit("{\"action_name\":\"fail\",\"max_attempts\":1}"), "FAILED");
        awaitRolledUp(6);

        String text = one.get("/metrics").is(200).text();

        assertThat(text)
                .contains(
                        "# TYPE escapement_attempts_ended_total counter",
                        "escapement_attempts_ended_total{outcome=\"SUCCEEDED\"} 5.0",
                        "escapement_attempts_ended_total{outcome=\"FAILED\"} 1.0",
                        "escapement_attempts_ended_total{outcome=\"LOST\"} 0.0",
                        "# TYPE escapement_tasks_submitted_total counter",
                        "escapement_tasks_submitted_total 6.0",
                        "escapement_tasks_removed_total 0.0",
                        "# TYPE escapement_tasks gauge",
                        "escapement_tasks{queue=\"default\",status=\"COMPLETED\"} 5.0",
                        "escapement_deadlines{state=\"met\"} 0.0",
                        "# TYPE escapement_attempt_wait_seconds histogram",
                        "escapement_attempt_wait_seconds_bucket{queue=\"default\",le=\"0.001\"}",
                        "escapement_attempt_wait_seconds_bucket{queue=\"default\",le=\"+Inf\"} 6",
                        "escapement_attempt_wait_seconds_count{queue=\"default\"} 6",
                        "escapement_attempt_wait_seconds_sum{queue=\"default\"}",
                        "# TYPE escapement_attempt_run_seconds histogram",
                        "escapement_attempt_run_seconds_count{action=\"echo\"} 5",
                        "escapement_attempt_run_seconds_count{action=\"fail\"} 1",
                        "escapement_node_limit",
                        "jvm_memory_used_bytes")
                .doesNotContain("escapement_queue_next_waiting_seconds{");
        assertThat(ofCluster(two.get("/metrics").is(200).text())).isEqualTo(ofCluster(text));
    }

    @Test
    void a_scrape_allocates_little() {
        one.submitMany(50, "{\"action_name\":\"echo\"}");
        awaitRolledUp(50);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20; i++) {
            one.get("/metrics").is(200);
        }

        long before = threads.getTotalThreadAllocatedBytes();
        for (int i = 0; i < 20; i++) {
            one.get("/metrics").is(200);
        }
        long each = (threads.getTotalThreadAllocatedBytes() - before) / 20;

        assertThat(each).as("bytes a scrape, with the client's").isLessThan(2_000_000);
    }

    private JsonNode queue(String name) {
        for (JsonNode queue : one.metrics().path("queues")) {
            if (queue.path("name").asText().equals(name)) {
                return queue;
            }
        }
        throw new AssertionError("no queue " + name);
    }

    private void awaitRolledUp(int attempts) {
        Eventually.within(
                PATIENCE,
                () -> assertThat(Sql.number(database, "select coalesce(sum(n), 0) from escapement.attempt_minute"))
                        .isEqualTo(attempts));
    }

    private static List<String> ofCluster(String text) {
        return text.lines()
                .filter(line -> line.startsWith("escapement_"))
                .filter(line -> !line.startsWith("escapement_node")
                        && !line.startsWith("escapement_stale")
                        && !line.startsWith("escapement_webhook"))
                .toList();
    }
}
