package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What happens to tasks at given times, over HTTP; all times are the database's. */
class MomentDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static TestDatabase database;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void invariants() {
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_task_whose_dependency_takes_too_long_fails_and_its_dependents_hear_of_it() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"A","action_name":"hold"},
                      {"ref":"B","action_name":"record","action_params":{"name":"B"},"dependencies":[{"task_id":"A","timeout_seconds":1}]},
                      {"ref":"cleanup","action_name":"echo","dependencies":[{"task_id":"B","required_status":"FAILED"}]}]}""");

            server.await(ids.get("cleanup"), "COMPLETED");
            JsonNode b = server.task(ids.get("B"));
            assertThat(b.path("status").asText()).isEqualTo("FAILED");
            assertThat(b.path("reason").asText())
                    .isEqualTo("task " + ids.get("A") + " had not ended COMPLETED within 1 s");
            Duration waited = Duration.between(time(b, "created_at"), time(b, "completed_at"));
            assertThat(waited).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
            assertThat(server.attempts(ids.get("B"))).isEmpty();

            recorder.release();
            server.await(ids.get("A"), "COMPLETED");
            assertThat(server.task(ids.get("B")).path("status")).isEqualTo(b.path("status"));
            assertThat(server.task(ids.get("B")).path("completed_at")).isEqualTo(b.path("completed_at"));
            assertThat(recorder.started()).doesNotContain("B");
        }
    }

    @Test
    void a_dependency_that_was_met_in_time_cannot_time_out() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"soon","action_name":"echo"},
                      {"ref":"late","action_name":"hold"},
                      {"ref":"join","action_name":"echo","dependencies":[{"task_id":"soon","timeout_seconds":0.5},"late"]}]}""");

            awaitNoMoments(ids.get("join"));
            assertThat(server.task(ids.get("join")).path("status").asText()).isEqualTo("BLOCKED");

            recorder.release();
            server.await(ids.get("join"), "COMPLETED");
        }
    }

    @Test
    void a_task_that_timed_out_waits_anew_when_a_person_brings_it_back() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"A","action_name":"hold"},
                      {"ref":"B","action_name":"echo","dependencies":[{"task_id":"A","required_status":"ANY","timeout_seconds":0.25}]}]}""");
            JsonNode first = server.await(ids.get("B"), "FAILED");
            assertThat(first.path("reason").asText())
                    .isEqualTo("task " + ids.get("A") + " had not ended within 0.25 s");

            retry(server, ids.get("B"));
            Eventually.within(PATIENCE, () -> {
                JsonNode again = server.task(ids.get("B"));
                assertThat(again.path("status").asText()).isEqualTo("FAILED");
                assertThat(time(again, "completed_at")).isAfter(time(first, "completed_at"));
            });

            recorder.release();
            server.await(ids.get("A"), "COMPLETED");
            retry(server, ids.get("B"));
            server.await(ids.get("B"), "COMPLETED");
        }
    }

    @Test
    void a_timeout_that_races_the_end_it_waits_for_leaves_one_end() {
        try (TestServer one = TestServer.start(database);
                TestServer two = TestServer.start(database)) {
            StringBuilder tasks = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                tasks.append("""
                        {"ref":"u%1$d","action_name":"echo","delay_seconds":0.%2$d},
                        {"ref":"d%1$d","action_name":"echo","dependencies":[{"task_id":"u%1$d","timeout_seconds":0.8}],"description":"raced"},
                        """.formatted(i, 700 + i));
            }
            tasks.setLength(tasks.length() - 2);
            one.submitBatch("{\"tasks\":[" + tasks + "]}");

            Eventually.within(
                    PATIENCE, () -> assertThat(Sql.number(database, """
                                    select count(*) from escapement.task t join escapement.ended e on e.id = t.id
                                     where t.description = 'raced' and (e.status = 'COMPLETED' and e.reason is null and e.attempt_count = 1
                                        or e.status = 'FAILED' and e.reason like '%within 0.8 s' and e.attempt_count = 0)""")).isEqualTo(300));
            System.out.printf("timeouts that won the race: %d of 300%n", Sql.number(database, """
                    select count(*) from escapement.task t join escapement.ended e on e.id = t.id
                     where t.description = 'raced' and e.status = 'FAILED'"""));
        }
    }

    @Test
    void a_task_that_has_not_begun_by_its_time_is_skipped() {
        Recorder recorder = new Recorder();
        try (TestServer server =
                TestServer.with().limit(1).actions(recorder.actions()).start(database)) {
            Instant startBy = now().plusMillis(1500);
            String begun = server.submit(
                    "{\"action_name\":\"hold\",\"action_params\":{\"name\":\"begun\"},\"start_by\":\"%s\"}"
                            .formatted(startBy));
            Eventually.within(PATIENCE, () -> assertThat(recorder.started()).containsExactly("begun"));
            String late = server.submit(
                    "{\"action_name\":\"record\",\"action_params\":{\"name\":\"late\"},\"start_by\":\"%s\"}"
                            .formatted(startBy));
            String after = server.submit(
                    "{\"action_name\":\"echo\",\"dependencies\":[{\"task_id\":\"%s\",\"required_status\":\"SKIPPED\"}]}"
                            .formatted(late));

            JsonNode skipped = server.await(late, "SKIPPED");
            assertThat(skipped.path("reason").asText()).isEqualTo("not started by " + startBy);
            assertThat(Instant.parse(skipped.path("start_by").asText())).isEqualTo(startBy);
            assertThat(time(skipped, "completed_at")).isBetween(startBy, startBy.plusSeconds(5));
            awaitNoMoments(begun);
            assertThat(server.task(begun).path("status").asText()).isEqualTo("IN_PROGRESS");

            recorder.release();
            server.await(begun, "COMPLETED");
            server.await(after, "COMPLETED");
            assertThat(recorder.started()).containsExactly("begun");

            retry(server, late);
            server.await(late, "COMPLETED");
        }
    }

    @Test
    void a_task_that_comes_too_late_to_begin_is_stored_as_skipped() {
        try (TestServer server = TestServer.start(database)) {
            JsonNode stored = server.post(
                            "/api/v1/tasks", "{\"action_name\":\"echo\",\"start_by\":\"2020-01-01T00:00:00Z\"}")
                    .is(201)
                    .json();

            assertThat(stored.path("status").asText()).isEqualTo("SKIPPED");
            assertThat(stored.path("reason").asText()).isEqualTo("not started by 2020-01-01T00:00:00Z");
            assertThat(stored.path("on_time").isNull()).isTrue();
            assertThat(server.attempts(stored.path("id").asText())).isEmpty();
        }
    }

    @Test
    void late_tasks_are_flagged_once_each_by_two_nodes_and_after_a_restart() {
        Instant submitted = now();
        Instant deadline = submitted.plusMillis(4000);
        String task =
                "{\"action_name\":\"echo\",\"delay_seconds\":60,\"workflow_id\":\"late\",\"deadline_at\":\"%s\",\"at_risk_percent\":50}"
                        .formatted(deadline);
        List<String> ids;
        try (TestServer one = TestServer.start(database);
                TestServer two = TestServer.start(database)) {
            ids = one.submitMany(600, task);
            Eventually.within(PATIENCE, () -> assertThat(flags("at_risk")).isEqualTo(600));
            JsonNode figures = two.metrics().path("deadlines");
            assertThat(figures.path("at_risk").longValue()).isEqualTo(600);
            assertThat(figures.path("breached_running").longValue()).isZero();
        }
        try (TestServer again = TestServer.start(database)) {
            Eventually.within(PATIENCE, () -> assertThat(flags("breached")).isEqualTo(600));
            assertThat(flags("at_risk")).isEqualTo(600);

            List<JsonNode> events = events(again, ids.getFirst());
            assertThat(events).extracting(event -> event.path("kind").asText()).containsExactly("at_risk", "breached");
            assertThat(Instant.parse(events.getFirst().at("/detail/deadline_at").asText()))
                    .isEqualTo(deadline);
            assertThat(time(events.getFirst(), "at")).isAfterOrEqualTo(submitted.plusMillis(2000));
            assertThat(time(events.getLast(), "at")).isAfterOrEqualTo(deadline);
            assertThat(events.getLast().path("by").isNull()).isTrue();

            JsonNode figures = again.metrics().path("deadlines");
            assertThat(figures.path("at_risk").longValue()).isZero();
            assertThat(figures.path("breached_running").longValue()).isEqualTo(600);
            assertThat(again.get("/metrics").text())
                    .containsPattern("escapement_deadlines\\{state=\"breached_running\"} 600.0");
            again.post("/api/v1/workflows/late/cancel", "{\"reason\":\"the test is over\"}")
                    .is(200);
            assertThat(again.task(ids.getFirst()).path("on_time").isNull()).isTrue();
        }
    }

    @Test
    void a_task_that_ends_by_its_deadline_is_on_time_and_never_flagged() {
        try (TestServer server = TestServer.start(database)) {
            Instant deadline = now().plusMillis(1500);
            String done = server.submit(
                    "{\"action_name\":\"echo\",\"deadline_at\":\"%s\",\"at_risk_percent\":99}".formatted(deadline));
            String failed = server.submit(
                    "{\"action_name\":\"fail\",\"max_attempts\":1,\"deadline_at\":\"%s\",\"at_risk_percent\":99}"
                            .formatted(deadline));
            String plain = server.submit("echo", "{}");

            JsonNode task = server.await(done, "COMPLETED");
            assertThat(task.path("on_time").isBoolean()).isTrue();
            assertThat(task.path("on_time").booleanValue()).isTrue();
            assertThat(Instant.parse(task.path("deadline_at").asText())).isEqualTo(deadline);
            assertThat(server.await(failed, "FAILED").path("on_time").booleanValue())
                    .isTrue();
            assertThat(server.await(plain, "COMPLETED").path("on_time").isNull())
                    .isTrue();
            awaitNoMoments(done);
            assertThat(events(server, done)).isEmpty();
        }
    }

    @Test
    void a_deadline_past_at_submit_is_flagged_at_once_and_the_task_runs_all_the_same() {
        try (TestServer server = TestServer.start(database)) {
            JsonNode before = server.metrics().path("deadlines");

            String id = server.submit("{\"action_name\":\"echo\",\"deadline_at\":\"2020-01-01T00:00:00Z\"}");
            List<JsonNode> events = events(server, id);

            assertThat(events).extracting(event -> event.path("kind").asText()).containsExactly("breached");
            assertThat(events.getFirst().at("/detail/deadline_at").asText()).isEqualTo("2020-01-01T00:00:00.000000Z");
            JsonNode done = server.await(id, "COMPLETED");
            assertThat(time(events.getFirst(), "at")).isEqualTo(time(done, "created_at"));
            assertThat(done.path("on_time").isBoolean()).isTrue();
            assertThat(done.path("on_time").booleanValue()).isFalse();
            JsonNode after = server.metrics().path("deadlines");
            assertThat(after.path("missed").longValue())
                    .isEqualTo(before.path("missed").longValue() + 1);
            assertThat(after.path("on_time_rate").doubleValue()).isBetween(0.0, 1.0);
        }
    }

    @Test
    void a_late_task_that_a_person_brings_back_is_not_flagged_again_and_counts_as_it_ended_last() {
        try (TestServer server = TestServer.start(database)) {
            JsonNode before = server.metrics().path("deadlines");
            String flagged = server.submit(
                    "{\"action_name\":\"fail\",\"max_attempts\":1,\"deadline_at\":\"2020-01-01T00:00:00Z\"}");
            server.await(flagged, "FAILED");
            Instant deadline = now().plusMillis(1000);
            String inTime = server.submit(
                    "{\"action_name\":\"fail\",\"max_attempts\":1,\"deadline_at\":\"%s\",\"at_risk_percent\":99}"
                            .formatted(deadline));
            assertThat(server.await(inTime, "FAILED").path("on_time").booleanValue())
                    .isTrue();
            awaitNoMoments(inTime);
            assertThat(events(server, inTime)).isEmpty();
            assertThat(more(server, before, "met")).isEqualTo(1);
            assertThat(more(server, before, "missed")).isEqualTo(1);

            retry(server, flagged);
            retry(server, inTime);
            Eventually.within(PATIENCE, () -> {
                assertThat(server.attempts(flagged)).hasSize(2);
                assertThat(server.attempts(inTime)).hasSize(2);
            });

            assertThat(events(server, flagged)).hasSize(1);
            assertThat(events(server, inTime))
                    .extracting(event -> event.path("kind").asText())
                    .containsExactly("breached");
            assertThat(server.await(inTime, "FAILED").path("on_time").booleanValue())
                    .isFalse();
            assertThat(more(server, before, "met")).isZero();
            assertThat(more(server, before, "missed")).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"start_by\":\"soon\"                                                              | /start_by",
                "\"run_at\":\"2030-01-01T00:00:00Z\",\"start_by\":\"2030-01-01T00:00:00Z\"          | /start_by",
                "\"deadline_at\":\"2030-01-01T00:00:00\"                                            | /deadline_at",
                "\"at_risk_percent\":50                                                             | /at_risk_percent",
                "\"deadline_at\":\"2030-01-01T00:00:00Z\",\"at_risk_percent\":0                     | /at_risk_percent",
                "\"deadline_at\":\"2030-01-01T00:00:00Z\",\"at_risk_percent\":100                   | /at_risk_percent",
                "\"deadline_at\":\"2030-01-01T00:00:00Z\",\"at_risk_percent\":50.5                  | /at_risk_percent"
            })
    void times_that_cannot_be_are_refused_by_their_path(String setting, String path) {
        try (TestServer server = TestServer.start(database)) {
            assertThat(server.post("/api/v1/tasks", "{\"action_name\":\"echo\"," + setting + "}")
                            .faultPaths())
                    .containsExactly(path);
        }
    }

    @Test
    void events_of_a_task_that_does_not_exist_are_not_found() {
        try (TestServer server = TestServer.start(database)) {
            server.get("/api/v1/tasks/77/events").problem(404);
        }
    }

    private static void retry(TestServer server, String id) {
        server.post("/api/v1/tasks/" + id + "/retry", "{\"reason\":\"again\"}").is(200);
    }

    private static long more(TestServer server, JsonNode before, String what) {
        return server.metrics().path("deadlines").path(what).longValue()
                - before.path(what).longValue();
    }

    private static List<JsonNode> events(TestServer server, String id) {
        List<JsonNode> events = new ArrayList<>();
        server.get("/api/v1/tasks/" + id + "/events")
                .is(200)
                .json()
                .path("items")
                .forEach(events::add);
        return events;
    }

    private static void awaitNoMoments(String id) {
        Eventually.within(
                PATIENCE,
                () -> assertThat(Sql.number(
                                database,
                                "select count(*) from escapement.moment where task_id = ?",
                                Long.parseLong(id)))
                        .isZero());
    }

    private static long flags(String kind) {
        return Sql.number(database, """
                select count(*) from escapement.event e join escapement.task t on t.id = e.task_id
                 where t.workflow_id = 'late' and e.kind = ?""", kind);
    }

    private static Instant now() {
        return Instant.ofEpochMilli(
                Sql.number(database, "select (date_part('epoch', clock_timestamp()) * 1000)::bigint"));
    }

    private static Instant time(JsonNode node, String field) {
        return Instant.parse(node.path(field).asText());
    }
}
