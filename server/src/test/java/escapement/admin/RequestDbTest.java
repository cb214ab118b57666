package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Answer;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server says to requests that are wrong, odd or hostile. */
class RequestDbTest {
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"action_name\":\"echo\" | not valid JSON",
                "`` | empty",
                "[] | JSON object",
                "\"echo\" | JSON object",
                "null | JSON object",
                "{\"action_name\":\"echo\",\"action_name\":\"echo\"} | Duplicate",
                "{\"action_name\":\"echo\"} trailing | not valid JSON",
                "{\"action_name\":\"nobody-offers-this\"} | no action that a live node offers",
                "{\"action_name\":\"echo\",\"priority\":7} | CRITICAL, HIGH",
                "{\"action_name\":\"echo\",\"surprise\":1} | not a known field"
            })
    void a_task_that_is_wrong_is_refused_with_what_is_wrong(String body, String named) {
        JsonNode problem = server.post("/api/v1/tasks", body).problem(400);

        assertThat(problem.path("detail").textValue()).contains(named);
        assertThat(problem.path("errors")).hasSize(1);
    }

    @Test
    void all_faults_of_a_task_come_at_once_with_path_value_and_message() {
        Answer answer = server.post(
                "/api/v1/tasks", "{\"action_name\":\"echo\",\"priority\":\"URGENT\",\"confidence_score\":1.01}");

        assertThat(answer.faultPaths()).containsExactly("/priority", "/confidence_score");
        JsonNode first = answer.json().path("errors").get(0);
        assertThat(first.path("value").textValue()).isEqualTo("URGENT");
        assertThat(first.path("message").textValue()).contains("CRITICAL");
    }

    @Test
    void a_body_nested_too_deeply_is_refused() {
        String params = "{\"a\":" + "[".repeat(64) + "1" + "]".repeat(64) + "}";
        String bottomless = "[".repeat(500_000);

        assertThat(server.post("/api/v1/tasks", "{\"action_name\":\"echo\",\"action_params\":" + params + "}")
                        .problem(400)
                        .path("detail")
                        .textValue())
                .contains("nested deeper than 64 levels");
        server.post("/api/v1/tasks", bottomless).problem(400);
    }

    @Test
    void a_number_that_nobody_can_hold_is_the_senders_fault() {
        for (String number : new String[] {"1e9999999999", "-1e-9999999999", "1e2000000000", "1e99999"}) {
            server.post("/api/v1/tasks", "{\"action_name\":\"echo\",\"action_params\":{\"value\":" + number + "}}")
                    .problem(400);
            server.post("/api/v1/tasks", "{\"action_name\":\"echo\",\"priority\":" + number + "}")
                    .problem(400);
            server.post("/api/v1/tasks", """
                            {"action_name":"echo","conditional_branches":[{"condition_type":"success","next_task_template":
                             {"action_name":"echo","action_params":{"value":%s}}}]}""".formatted(number)).problem(400);
        }
    }

    @Test
    void a_task_of_more_than_a_megabyte_is_too_large() {
        server.post("/api/v1/tasks", " ".repeat(1_000_000)).problem(400);
        server.post("/api/v1/tasks", " ".repeat(1_000_001)).problem(413);
    }

    @Test
    void a_batch_of_more_than_sixteen_megabytes_is_too_large() {
        server.post("/api/v1/tasks/batch", " ".repeat(16_000_001)).problem(413);
    }

    @Test
    void a_body_that_does_not_say_its_length_is_bounded_all_the_same() {
        byte[] body = new byte[16_000_001];
        Arrays.fill(body, (byte) ' ');

        server.post(
                        "/api/v1/tasks/batch",
                        HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .problem(413);
    }

    @Test
    void a_batch_with_faults_in_two_tasks_names_both_and_stores_nothing() {
        long before = server.metrics().path("total_tasks").longValue();

        Answer answer = server.post("/api/v1/tasks/batch", """
                {"tasks":[{"action_name":"echo"},{"action_name":"echo","priority":"x"},{"action_name":"echo"},{"queue":"a b"}]}""");

        assertThat(answer.faultPaths()).containsExactly("/tasks/1/priority", "/tasks/3/action_name", "/tasks/3/queue");
        assertThat(server.metrics().path("total_tasks").longValue()).isEqualTo(before);
    }

    @Test
    void a_batch_with_an_unknown_action_names_its_place_and_stores_nothing() {
        long before = server.metrics().path("total_tasks").longValue();

        Answer answer = server.post(
                "/api/v1/tasks/batch", "{\"tasks\":[{\"action_name\":\"echo\"},{\"action_name\":\"nope\"}]}");

        assertThat(answer.faultPaths()).containsExactly("/tasks/1/action_name");
        assertThat(server.metrics().path("total_tasks").longValue()).isEqualTo(before);
    }

    @Test
    void a_batch_has_one_to_a_thousand_tasks() {
        String task = "{\"action_name\":\"echo\",\"delay_seconds\":3600}";

        assertThat(server.post("/api/v1/tasks/batch", "{\"tasks\":[" + (task + ",").repeat(1000) + task + "]}")
                        .faultPaths())
                .containsExactly("/tasks");
        assertThat(server.post("/api/v1/tasks/batch", "{\"tasks\":[]}").faultPaths())
                .containsExactly("/tasks");
        assertThat(server.post("/api/v1/tasks/batch", "{}").faultPaths()).containsExactly("/tasks");
        assertThat(server.post("/api/v1/tasks/batch", "{\"tasks\":7,\"task\":[]}")
                        .faultPaths())
                .containsExactlyInAnyOrder("/tasks", "/task");
        server.post("/api/v1/tasks/batch", "{\"tasks\":[" + (task + ",").repeat(999) + task + "]}")
                .is(201);
    }

    @Test
    void a_batch_answers_each_ref_with_its_id_and_refuses_one_that_is_used_twice() {
        JsonNode tasks = server.post(
                        "/api/v1/tasks/batch",
                        "{\"tasks\":[{\"ref\":\"a\",\"action_name\":\"echo\"},{\"action_name\":\"echo\"}]}")
                .is(201)
                .json()
                .path("tasks");
        assertThat(tasks.get(0).path("ref").textValue()).isEqualTo("a");
        assertThat(tasks.get(1).path("ref").isNull()).isTrue();
        assertThat(tasks.get(0).path("existing").booleanValue()).isFalse();
        assertThat(server.task(tasks.get(1).path("id").textValue())
                        .path("workflow_id")
                        .textValue())
                .as("a batch that names no workflow shares one")
                .isEqualTo(tasks.get(0).path("id").textValue());

        assertThat(server.post(
                                "/api/v1/tasks/batch",
                                "{\"tasks\":[{\"ref\":\"a\",\"action_name\":\"echo\"},{\"ref\":\"a\",\"action_name\":\"echo\"}]}")
                        .faultPaths())
                .containsExactly("/tasks/1/ref");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/nothing", "/nothing.html", "/api/v2/tasks", "/api/v1/tasks/1/nothing"})
    void there_is_nothing_at_an_unknown_path(String path) {
        assertThat(server.get(path).problem(404).path("detail").textValue()).contains(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/tasks/1",
                "/api/v1/tasks/x",
                "/api/v1/tasks/99999999999999999999",
                "/api/v1/tasks/-1",
                "/api/v1/tasks/1/attempts",
                "/api/v1/tasks/x/attempts",
                "/api/v1/tasks/1%27"
            })
    void there_is_no_such_task(String path) {
        assertThat(server.get(path).problem(404).path("detail").textValue()).startsWith("there is no task '");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/tasks/%00", "/api/v1/tasks/%c3%28", "/api/v1/tasks/%zz"})
    void a_path_that_is_malformed_is_refused_as_problem_json_too(String path) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

        assertThat(server.rawAnswerTo(request))
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .contains("\"status\":400");
    }

    @ParameterizedTest
    @CsvSource({"PUT,/api/v1/tasks", "DELETE,/api/v1/tasks/1", "POST,/api/v1/metrics", "PUT,/api/v1/tasks/batch"})
    void a_method_that_a_path_does_not_know_is_not_allowed(String method, String path) {
        server.send(HttpRequest.newBuilder(server.uri(path))
                        .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                        .build())
                .problem(405);
    }

    @ParameterizedTest
    @CsvSource({
        "cursor=!,cursor",
        "cursor=zzzzzzzzzzzzzzzzzzzz,cursor",
        "limit=0,limit",
        "limit=201,limit",
        "limit=many,limit",
        "status=RUNNING,status",
        "priority=1,priority",
        "risk=none,risk",
        "stauts=PENDING,stauts",
        "action=%00,action",
        "queue=a%00b,queue",
        "workflow_id=%00,workflow_id"
    })
    void a_wrong_query_parameter_is_refused_by_name(String query, String name) {
        assertThat(server.get("/api/v1/tasks?" + query).faultPaths()).containsExactly(name);
    }

    @Test
    void all_wrong_query_parameters_come_at_once() {
        assertThat(server.get("/api/v1/tasks?limit=0&status=x&y=1").faultPaths())
                .containsExactlyInAnyOrder("limit", "status", "y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil", "evil:80", "127.0.0.1.evil", "localhost.evil:1", "10.0.0.1", "[::2]", "evil@localhost"})
    void a_request_to_another_host_name_is_misdirected(String host) {
        assertThat(server.rawAnswerTo(
                        "GET /api/v1/metrics HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .containsPattern("^HTTP/1.1 (421|400) ");
        assertThat(server.rawAnswerTo("GET / HTTP/1.1\r\nHost: evil\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8080"})
    void a_request_to_a_name_of_this_machine_is_answered(String host) {
        assertThat(server.rawAnswerTo("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void a_request_without_a_host_is_refused() {
        assertThat(server.rawAnswerTo("GET /api/v1/metrics HTTP/1.0\r\n\r\n")).containsPattern("^HTTP/1.1 (400|421) ");
    }

    @Test
    void a_page_of_another_origin_may_not_write() {
        String own = server.uri("").toString();
        for (String origin : List.of("http://evil", "null", own.replace("http:", "https:"), own + "1")) {
            writeFrom("Origin", origin).problem(403);
        }
        for (String site : List.of("cross-site", "same-site")) {
            writeFrom("Sec-Fetch-Site", site).problem(403);
        }

        writeFrom("Origin", own).is(201);
        writeFrom("Sec-Fetch-Site", "same-origin").is(201);
        writeFrom("Sec-Fetch-Site", "none").is(201);
    }

    @Test
    void every_answer_forbids_what_a_page_does_not_need() {
        for (String path : List.of("/api/v1/metrics", "/healthz", "/nothing")) {
            var headers = server.get(path).headers();
            assertThat(headers.firstValue("Content-Security-Policy").orElse("")).startsWith("default-src 'none'");
            assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
        }
    }

    @Test
    void health_readiness_and_the_description_are_served() {
        assertThat(server.get("/healthz").is(200).json().path("status").asText())
                .isEqualTo("alive");
        assertThat(server.get("/readyz").is(200).json().path("status").asText()).isEqualTo("ready");
        assertThat(server.get("/openapi.json").is(200).json().isObject()).isTrue();
        assertThat(server.get("/metrics").is(200).text()).contains("escapement_node_limit");
    }

    private static Answer writeFrom(String header, String value) {
        return server.send(HttpRequest.newBuilder(server.uri("/api/v1/tasks"))
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString("{\"action_name\":\"echo\"}"))
                .build());
    }
}
