package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Recorder;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Submitting the same thing again, over HTTP on a real database. */
class IdempotencyDbTest {
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
    void the_same_key_again_answers_with_the_same_task() {
        try (TestServer server = TestServer.start(database)) {
            JsonNode first = server.post("/api/v1/tasks", """
                    {"action_name":"echo","action_params":{"value":1},"priority":"HIGH","idempotency_key":"same"}""").is(201).json();
            JsonNode again = server.post("/api/v1/tasks", """
                    {"idempotency_key":"same","priority":"HIGH","action_params":{"value":1},"action_name":"echo"}""").is(200).json();

            assertThat(first.path("existing").booleanValue()).isFalse();
            assertThat(again.path("existing").booleanValue()).isTrue();
            assertThat(again.path("id")).isEqualTo(first.path("id"));
        }
    }

    @Test
    void the_same_key_for_something_else_is_refused_and_names_the_task() {
        try (TestServer server = TestServer.start(database)) {
            String id = server.submit("{\"action_name\":\"echo\",\"idempotency_key\":\"other\"}");

            assertThat(server.post("/api/v1/tasks", """
                            {"action_name":"echo","action_params":{"value":2},"idempotency_key":"other"}""")
                            .problem(409)
                            .path("detail")
                            .asText())
                    .startsWith("the idempotency_key 'other' belongs to task " + id
                            + ", which was asked for in other words");
            server.post("/api/v1/tasks", """
                            {"action_name":"echo","idempotency_key":"other","on_conflict":"reject"}""").problem(409);
        }
    }

    @Test
    void a_key_may_not_be_blank_or_twice_in_a_batch_and_on_conflict_needs_one() {
        try (TestServer server = TestServer.start(database)) {
            assertThat(server.post("/api/v1/tasks", "{\"action_name\":\"echo\",\"idempotency_key\":\" \"}")
                            .faultPaths())
                    .containsExactly("/idempotency_key");
            assertThat(server.post("/api/v1/tasks", "{\"action_name\":\"echo\",\"on_conflict\":\"return\"}")
                            .faultPaths())
                    .containsExactly("/on_conflict");
            assertThat(server.post("/api/v1/tasks/batch", """
                            {"tasks":[{"action_name":"echo","idempotency_key":"twice"},
                                      {"action_name":"echo","idempotency_key":"twice"}]}""").faultPaths())
                    .containsExactly("/tasks/1/idempotency_key");
        }
    }

    @ParameterizedTest
    @CsvSource({"/run_at, '\"run_at\":1e99999'", "/action_params/value, '\"action_params\":{\"value\":1e99999}'"})
    void a_number_too_long_to_be_written_out_is_refused_by_its_name_also_with_a_key(String path, String field) {
        try (TestServer server = TestServer.start(database)) {
            assertThat(server.post(
                                    "/api/v1/tasks",
                                    "{\"action_name\":\"echo\",\"idempotency_key\":\"long\"," + field + "}")
                            .faultPaths())
                    .containsExactly(path);
        }
    }

    @Test
    void a_task_that_waits_can_be_replaced_and_one_that_started_cannot() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String waiting = server.submit("""
                    {"action_name":"echo","delay_seconds":600,"idempotency_key":"debounce"}""");
            JsonNode next = server.post("/api/v1/tasks", """
                    {"action_name":"hold","idempotency_key":"debounce","on_conflict":"replace"}""").is(201).json();

            assertThat(next.path("id").asText()).isNotEqualTo(waiting);
            assertThat(server.task(waiting).path("status").asText()).isEqualTo("CANCELLED");
            assertThat(server.task(waiting).path("reason").asText())
                    .isEqualTo("replaced by task " + next.path("id").asText());

            server.await(next.path("id").asText(), "IN_PROGRESS");
            server.post("/api/v1/tasks", """
                    {"action_name":"echo","idempotency_key":"debounce","on_conflict":"replace"}""").problem(409);
            recorder.release();
        }
    }

    @Test
    void a_batch_may_hold_tasks_that_exist_and_others_may_wait_for_them() {
        try (TestServer server = TestServer.start(database)) {
            String first = server.submit("{\"action_name\":\"echo\",\"idempotency_key\":\"step-1\"}");
            JsonNode tasks =
                    server.post("/api/v1/tasks/batch", """
                    {"tasks":[{"ref":"one","action_name":"echo","idempotency_key":"step-1"},
                              {"ref":"two","action_name":"echo","dependencies":["one"]}]}""").is(201).json().path("tasks");

            assertThat(tasks.get(0).path("id").asText()).isEqualTo(first);
            assertThat(tasks.get(0).path("existing").booleanValue()).isTrue();
            assertThat(tasks.get(1).path("existing").booleanValue()).isFalse();
            server.await(tasks.get(1).path("id").asText(), "COMPLETED");
        }
    }

    @Test
    void thirty_two_clients_of_two_nodes_with_the_same_keys_make_each_task_once() throws Exception {
        race(125);
    }

    @Test
    @Tag("faults")
    void thirty_two_clients_of_two_nodes_with_the_same_thousand_keys_make_a_thousand_tasks() throws Exception {
        race(1000);
    }

    private static void race(int keys) throws Exception {
        Recorder recorder = new Recorder();
        try (TestServer one = TestServer.start(database, recorder.actions());
                TestServer two = TestServer.start(database, recorder.actions());
                ExecutorService threads = Executors.newFixedThreadPool(32)) {
            CountDownLatch go = new CountDownLatch(1);
            List<Callable<List<String>>> clients = new ArrayList<>();
            for (int client = 0; client < 32; client++) {
                TestServer server = client % 2 == 0 ? one : two;
                int shift = client * 31; // not all in the same order, or they would follow each other
                clients.add(() -> {
                    go.await();
                    List<String> ids = new ArrayList<>();
                    for (int i = 0; i < keys; i++) {
                        int key = (i + shift) % keys;
                        ids.add(server.post("/api/v1/tasks", """
                                        {"action_name":"record","action_params":{"name":"%1$d"},"idempotency_key":"key-%1$d"}""".formatted(key))
                                .json()
                                .path("id")
                                .asText());
                    }
                    return ids;
                });
            }
            List<Future<List<String>>> answers = new ArrayList<>();
            clients.forEach(client -> answers.add(threads.submit(client)));
            go.countDown();

            Set<String> ids = new HashSet<>();
            for (Future<List<String>> answer : answers) {
                assertThat(answer.get()).hasSize(keys).doesNotContain("");
                ids.addAll(answer.get());
            }
            assertThat(ids).hasSize(keys);
            for (String id : ids) {
                one.await(id, "COMPLETED");
            }
            assertThat(recorder.started()).hasSize(keys);
        }
    }
}
