package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Outcome;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tasks that wait for others, over HTTP on a real database. */
class DependencyDbTest {
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
    void tasks_run_in_the_order_of_their_dependencies_whatever_the_order_in_the_batch() {
        try (TestServer server = TestServer.start(database)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"C","action_name":"echo","dependencies":["B"]},
                      {"ref":"B","action_name":"echo","dependencies":[{"task_id":"A"}]},
                      {"ref":"A","action_name":"echo"}]}""");

            JsonNode c = server.await(ids.get("C"), "COMPLETED");
            JsonNode b = server.task(ids.get("B"));
            JsonNode a = server.task(ids.get("A"));
            assertThat(time(b, "started_at")).isAfterOrEqualTo(time(a, "completed_at"));
            assertThat(time(c, "started_at")).isAfterOrEqualTo(time(b, "completed_at"));
            assertThat(a.path("workflow_id")).isEqualTo(c.path("workflow_id"));
        }
    }

    @Test
    void nobody_waits_for_the_timeout_of_a_dependency_that_was_met() {
        try (TestServer server = TestServer.start(database)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"A","action_name":"echo"},
                      {"ref":"B","action_name":"echo","dependencies":[{"task_id":"A","timeout_seconds":600}]}]}""");
            server.await(ids.get("B"), "COMPLETED");

            server.get("/api/v1/tasks/" + ids.get("B") + "/wait?timeout_seconds=0")
                    .is(200);
            server.get("/api/v1/workflows/" + ids.get("A") + "/wait?timeout_seconds=0")
                    .is(200);
        }
    }

    @Test
    void dependents_of_one_task_overlap() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            server.submitBatch("""
                    {"tasks":[
                      {"ref":"navigate","action_name":"echo"},
                      {"action_name":"hold","dependencies":["navigate"]},
                      {"action_name":"hold","dependencies":["navigate"]},
                      {"action_name":"hold","dependencies":["navigate"]}]}""");

            Eventually.within(
                    Duration.ofSeconds(10), () -> assertThat(recorder.running()).isEqualTo(3));
            recorder.release();
        }
    }

    @Test
    void a_task_waits_for_all_of_its_dependencies_and_says_so() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String first = server.submit("echo", "{}");
            String second = server.submit("hold", "{\"name\":\"second\"}");
            server.await(first, "COMPLETED");

            String last = server.submit(
                    "{\"action_name\":\"echo\",\"dependencies\":[\"%s\",\"%s\"]}".formatted(first, second));
            assertThat(server.task(last).path("status").asText()).isEqualTo("BLOCKED");
            assertThat(server.task(last).path("reason").asText()).isEqualTo("waits for task " + second);

            recorder.release();
            server.await(last, "COMPLETED");
        }
    }

    @Test
    void a_failed_upstream_blocks_the_graph_until_it_is_run_again() {
        AtomicBoolean broken = new AtomicBoolean(true);
        TestAction flaky = new TestAction(
                "flaky", context -> broken.get() ? new Outcome.Failed("broken", false) : new Outcome.Succeeded(null));
        try (TestServer server = TestServer.start(database, flaky)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"A","action_name":"flaky"},
                      {"ref":"B","action_name":"echo","dependencies":["A"]},
                      {"ref":"C","action_name":"echo","dependencies":["B"]},
                      {"ref":"cleanup","action_name":"echo","dependencies":[{"task_id":"A","required_status":"FAILED"}]},
                      {"ref":"either","action_name":"echo","dependencies":[{"task_id":"A","required_status":"ANY"}]}]}""");
            server.await(ids.get("A"), "FAILED");
            server.await(ids.get("cleanup"), "COMPLETED");
            server.await(ids.get("either"), "COMPLETED");
            JsonNode settled = server.get("/api/v1/workflows/" + ids.get("A") + "/wait")
                    .is(200)
                    .json();
            assertThat(settled.path("counts").path("BLOCKED").intValue()).isEqualTo(2);
            assertThat(server.task(ids.get("B")).path("reason").asText())
                    .isEqualTo("waits for task %s, which is FAILED".formatted(ids.get("A")));

            broken.set(false);
            server.post("/api/v1/tasks/" + ids.get("A") + "/retry", "{\"reason\":\"mended\"}")
                    .is(200);

            server.await(ids.get("C"), "COMPLETED");
            assertThat(server.attempts(ids.get("cleanup"))).hasSize(1);
        }
    }

    @Test
    void on_request_dependents_are_skipped_and_theirs_as_well() {
        try (TestServer server = TestServer.start(database)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"A","action_name":"fail","max_attempts":1},
                      {"ref":"B","action_name":"echo","dependencies":["A"],"on_dependency_failure":"skip"},
                      {"ref":"C","action_name":"echo","dependencies":["B"],"on_dependency_failure":"skip"},
                      {"ref":"D","action_name":"echo","dependencies":[{"task_id":"C","required_status":"SKIPPED"}]}]}""");

            server.await(ids.get("D"), "COMPLETED");
            assertThat(server.task(ids.get("C")).path("status").asText()).isEqualTo("SKIPPED");
            assertThat(server.task(ids.get("B")).path("reason").asText())
                    .isEqualTo("task " + ids.get("A") + " is FAILED");
            assertThat(server.attempts(ids.get("B"))).isEmpty();

            String late = server.submit(
                    "{\"action_name\":\"echo\",\"dependencies\":[\"%s\"],\"on_dependency_failure\":\"skip\"}"
                            .formatted(ids.get("A")));
            assertThat(server.task(late).path("status").asText()).isEqualTo("SKIPPED");
        }
    }

    @Test
    void a_skipped_task_that_is_run_again_is_skipped_again_while_its_upstream_is_as_it_was() {
        try (TestServer server = TestServer.start(database)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"A","action_name":"fail","max_attempts":1},
                      {"ref":"B","action_name":"echo","dependencies":["A"],"on_dependency_failure":"skip"},
                      {"ref":"C","action_name":"echo","dependencies":["B"],"on_dependency_failure":"skip"}]}""");
            server.await(ids.get("C"), "SKIPPED");

            JsonNode b = server.post(
                            "/api/v1/tasks/" + ids.get("B") + "/retry",
                            "{\"reason\":\"once more\",\"downstream\":true}")
                    .is(200)
                    .json();

            assertThat(b.path("status").asText()).isEqualTo("SKIPPED");
            assertThat(b.path("reason").asText()).isEqualTo("task " + ids.get("A") + " is FAILED");
            assertThat(server.task(ids.get("C")).path("status").asText()).isEqualTo("SKIPPED");
        }
    }

    @Test
    void a_task_that_a_branch_took_and_that_is_run_again_waits_for_no_other_branch() {
        Recorder recorder = new Recorder();
        TestAction secondTime = new TestAction(
                "second_time",
                context -> context.attempt() == 1 ? new Outcome.Failed("broken", false) : new Outcome.Succeeded(null));
        try (TestServer server =
                TestServer.with().actions(secondTime, recorder.actions()[1]).start(database)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"T","action_name":"second_time"},
                      {"ref":"takes","action_name":"echo","conditional_branches":[{"condition_type":"success","next_task_id":"T"}]},
                      {"ref":"later","action_name":"hold","conditional_branches":[{"condition_type":"failure","next_task_id":"T"}]}]}""");
            server.await(ids.get("T"), "FAILED");

            server.post("/api/v1/tasks/" + ids.get("T") + "/retry", "{\"reason\":\"mended\"}")
                    .is(200);

            server.await(ids.get("T"), "COMPLETED");
            recorder.release();
            server.await(ids.get("later"), "COMPLETED");
        }
    }

    @Test
    void a_retry_can_bring_back_everything_downstream() {
        AtomicBoolean broken = new AtomicBoolean(true);
        TestAction flaky = new TestAction(
                "flaky", context -> broken.get() ? new Outcome.Failed("broken", false) : new Outcome.Succeeded(null));
        try (TestServer server = TestServer.start(database, flaky)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"A","action_name":"flaky"},
                      {"ref":"B","action_name":"echo","dependencies":["A"],"on_dependency_failure":"skip"},
                      {"ref":"C","action_name":"echo","dependencies":["B"],"on_dependency_failure":"skip"}]}""");
            server.await(ids.get("C"), "SKIPPED");

            broken.set(false);
            server.post("/api/v1/tasks/" + ids.get("A") + "/retry", "{\"reason\":\"mended\",\"downstream\":true}")
                    .is(200);

            JsonNode c = server.await(ids.get("C"), "COMPLETED");
            assertThat(time(c, "started_at")).isAfterOrEqualTo(time(server.task(ids.get("B")), "completed_at"));
            assertThat(time(server.task(ids.get("B")), "started_at"))
                    .isAfterOrEqualTo(time(server.task(ids.get("A")), "completed_at"));
        }
    }

    @Test
    void a_task_that_waits_for_tasks_and_a_time_waits_for_both() {
        try (TestServer server = TestServer.start(database)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"A","action_name":"echo"},
                      {"ref":"B","action_name":"echo","dependencies":["A"],"delay_seconds":1}]}""");

            server.await(ids.get("A"), "COMPLETED");
            JsonNode b = server.await(ids.get("B"), "COMPLETED");
            assertThat(Duration.between(time(b, "created_at"), time(b, "started_at")))
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void graphs_that_cannot_work_are_refused_and_nothing_of_them_is_stored() {
        try (TestServer server = TestServer.start(database)) {
            long before = server.metrics().path("total_tasks").longValue();

            assertThat(refused(server, """
                    {"tasks":[{"ref":"A","action_name":"echo","dependencies":["B"]},
                              {"ref":"B","action_name":"echo","dependencies":["A"]}]}""").path("message").asText()).isEqualTo("would wait for itself: A -> B -> A");
            assertThat(refused(server, """
                    {"tasks":[{"ref":"C","action_name":"echo","dependencies":["C"]}]}""").path("message").asText()).isEqualTo("would wait for itself: C -> C");
            assertThat(refused(server, """
                    {"tasks":[{"ref":"A","action_name":"echo"},{"action_name":"echo","dependencies":["nope"]}]}"""))
                    .isEqualTo(fault(
                            "/tasks/1/dependencies/0",
                            "nope",
                            "is neither a task id nor the ref of a task in this batch"));
            assertThat(refused(server, """
                    {"tasks":[{"action_name":"echo"},{"action_name":"echo","dependencies":["123456789"]}]}"""))
                    .isEqualTo(fault("/tasks/1/dependencies/0", "123456789", "there is no such task"));
            assertThat(refused(server, """
                    {"tasks":[{"ref":"A","action_name":"echo"},{"action_name":"echo","dependencies":["A",{"task_id":"A"}]}]}"""))
                    .isEqualTo(fault("/tasks/1/dependencies/1", "A", "is named by an earlier dependency of this task"));
            assertThat(refused(server, """
                    {"tasks":[{"ref":"7","action_name":"echo"}]}"""))
                    .isEqualTo(fault("/tasks/0/ref", "7", "must not look like a task id: begin it with a letter"));
            assertThat(refused(server, """
                    {"tasks":[{"action_name":"echo","dependencies":[{"task_id":"1","required_status":"DONE"}]}]}""").path("path").asText()).isEqualTo("/tasks/0/dependencies/0/required_status");

            assertThat(server.metrics().path("total_tasks").longValue()).isEqualTo(before);
        }
    }

    @Test
    void thousands_of_dependents_are_released_in_pieces_once_each() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String upstream = server.submit("hold", "{\"name\":\"upstream\"}");
            List<String> dependents = server.submitMany(
                    3_500, "{\"action_name\":\"record\",\"dependencies\":[\"%s\"]}".formatted(upstream));

            recorder.release();

            String workflow =
                    server.task(dependents.getLast()).path("workflow_id").asText();
            server.get("/api/v1/workflows/" + workflow + "/wait").is(200);
            Eventually.within(
                    Duration.ofSeconds(30), () -> assertThat(recorder.started()).hasSize(3_501));
        }
    }

    @Test
    void joins_whose_upstreams_end_on_two_nodes_at_once_run_once() throws Exception {
        Recorder recorder = new Recorder();
        try (TestServer one = TestServer.start(database, recorder.actions());
                TestServer two = TestServer.start(database, recorder.actions())) {
            List<String> joins = new ArrayList<>();
            for (int batch = 0; batch < 5; batch++) {
                StringBuilder tasks = new StringBuilder();
                for (int i = 0; i < 200; i++) {
                    tasks.append("""
                            {"ref":"l%1$d","action_name":"echo"},{"ref":"r%1$d","action_name":"echo"},
                            {"ref":"j%1$d","action_name":"record","action_params":{"name":"j%2$d-%1$d"},"dependencies":["l%1$d","r%1$d"]},
                            """.formatted(i, batch));
                }
                tasks.setLength(tasks.length() - 2);
                (batch % 2 == 0 ? one : two)
                        .submitBatch("{\"tasks\":[" + tasks + "]}")
                        .forEach((ref, id) -> {
                            if (ref.startsWith("j")) {
                                joins.add(id);
                            }
                        });
            }

            for (String join : joins) {
                one.await(join, "COMPLETED");
            }
            assertThat(new HashSet<>(recorder.started())).hasSize(1_000);
            assertThat(recorder.started()).hasSize(1_000);
        }
    }

    @Test
    void a_dependent_submitted_while_its_upstream_ends_is_never_forgotten() throws Exception {
        try (TestServer server = TestServer.start(database);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<String>> dependents = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch go = new CountDownLatch(1);
            for (int thread = 0; thread < 4; thread++) {
                for (int i = 0; i < 100; i++) {
                    dependents.add(threads.submit(() -> {
                        go.await();
                        String upstream = server.submit("echo", "{}");
                        return server.submit(
                                "{\"action_name\":\"echo\",\"dependencies\":[\"%s\"]}".formatted(upstream));
                    }));
                }
            }
            go.countDown();
            for (Future<String> dependent : dependents) {
                server.await(dependent.get(), "COMPLETED");
            }
        }
    }

    private static JsonNode refused(TestServer server, String batch) {
        Answer answer = server.post("/api/v1/tasks/batch", batch);
        return answer.problem(400).path("errors").get(0);
    }

    private static JsonNode fault(String path, String value, String message) {
        return escapement.json.Json.nodes()
                .objectNode()
                .put("path", path)
                .put("value", value)
                .put("message", message);
    }

    private static Instant time(JsonNode task, String field) {
        return Instant.parse(task.path(field).asText());
    }
}
