package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tasks a filter finds, and how many it counts. */
class TaskListDbTest {
    private static final String LATER = "\"action_name\":\"echo\",\"delay_seconds\":3600";

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

    @Test
    void a_span_of_confidences_holds_its_beginning_and_not_its_end_nor_what_states_none() {
        String none = later("spans", "");
        String low = later("spans", ",\"confidence_score\":0.5");
        String middle = later("spans", ",\"confidence_score\":0.599999");
        String high = later("spans", ",\"confidence_score\":0.6");
        String sure = later("spans", ",\"confidence_score\":1");

        assertThat(found("spans", "confidence_from=0.5&confidence_below=0.6")).containsExactly(middle, low);
        assertThat(found("spans", "confidence_from=0.6")).containsExactly(sure, high);
        assertThat(found("spans", "confidence_below=0.599999")).containsExactly(low);
        assertThat(found("spans", "confidence_from=0")).doesNotContain(none).hasSize(4);
    }

    @Test
    void a_span_of_time_holds_its_beginning_and_not_its_end() {
        List<String> ids = List.of(later("times", ""), later("times", ""), later("times", ""));
        List<Instant> times = ids.stream()
                .map(id -> Instant.parse(server.task(id).path("created_at").textValue()))
                .toList();

        assertThat(found("times", "created_from=" + times.get(1))).containsExactly(ids.get(2), ids.get(1));
        assertThat(found("times", "created_before=" + times.get(1))).containsExactly(ids.get(0));
        assertThat(found("times", "created_from=" + times.get(0) + "&created_before=" + times.get(2)))
                .containsExactly(ids.get(1), ids.get(0));
    }

    @Test
    void a_task_from_a_file_is_found_by_the_time_at_which_it_was_submitted_elsewhere() {
        server.post("/api/v1/queue-state", """
            {"version":"1.0","tasks":[{"id":"old","description":"d","action_name":"echo","action_params":{},
             "priority":"MEDIUM","risk_level":"LOW","confidence_score":0.5,"status":"COMPLETED","created_at":"2025-03-01T00:00:00Z",
             "started_at":"2025-03-01T00:00:01Z","completed_at":"2025-03-01T00:00:02Z","attempt_count":1}]}\
            """).is(200);

        assertThat(list("created_before=2025-03-02T00:00:00Z&created_from=2025-02-28T00:00:00Z"))
                .hasSize(1);
        assertThat(list("created_before=2025-03-01T00:00:00Z")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"invoice 100% | invoice 1000", "a_b | axb", "C:\\temp | C:temp", "'; drop | ' drop", "É | E"})
    void a_part_of_a_description_is_taken_as_it_is_in_any_case(String wanted, String other) {
        String queue = "texts" + Math.abs(wanted.hashCode());
        String id = later(queue, ",\"description\":" + TestServer.quote("<b>" + wanted.toLowerCase() + "</b>"));
        later(queue, ",\"description\":" + TestServer.quote(other));
        later(queue, "");

        assertThat(found(queue, "description=" + encoded(wanted))).containsExactly(id);
    }

    @Test
    void a_member_of_the_metadata_is_found_by_its_value_as_text() {
        String text = later("labels", ",\"metadata\":{\"customer\":\"4711\",\"a=b\":\"c\"}");
        String number = later("labels", ",\"metadata\":{\"customer\":4711}");
        later("labels", ",\"metadata\":{\"customer\":\"47\"}");
        later("labels", "");

        assertThat(found("labels", "metadata=" + encoded("customer=4711"))).containsExactly(number, text);
        assertThat(found("labels", "metadata=" + encoded("customer="))).isEmpty();
    }

    @Test
    void who_submitted_a_task_finds_it() {
        String id = later("people", "");

        assertThat(found("people", "created_by=local")).containsExactly(id);
        assertThat(found("people", "created_by=loca")).isEmpty();
    }

    @Test
    void an_error_is_found_where_the_task_shows_it_and_not_where_a_later_attempt_went_well() {
        String failed = fail("errors", "No route to HOST 7", 9, 1);
        String waits = fail("errors", "no route to host 7", 9, 5);
        String recovered = server.submit("""
            {"action_name":"fail","action_params":{"message":"no route to host 7","times":1},"queue":"errors","max_attempts":2,
             "retry":{"first_seconds":0.1,"factor":1,"max_seconds":1,"jitter":0}}\
            """);
        server.await(failed, "FAILED");
        server.await(waits, "SCHEDULED");
        server.await(recovered, "COMPLETED");

        assertThat(found("errors", "error=route+to+host")).containsExactly(waits, failed);
        assertThat(found("errors", "error=route+to+host&status=failed")).containsExactly(failed);
        assertThat(found("errors", "error=route+to+host&status=completed")).isEmpty();
        assertThat(found("errors", "error=route+to+host&limit=1")).containsExactly(waits);
        assertThat(found("errors", "error=route+to+host_")).isEmpty();
        assertThat(found("errors", "error=host+" + encoded("#"))).containsExactly(waits, failed);
    }

    @Test
    void counts_say_how_many_tasks_of_the_filter_stand_where_whatever_its_status() {
        fail("counted", "broken", 9, 1);
        String id = fail("counted", "broken", 9, 1);
        later("counted", ",\"confidence_score\":0.3");
        server.await(id, "FAILED");
        Eventually.within(
                Duration.ofSeconds(10),
                () -> assertThat(counts("queue=counted").path("FAILED").longValue())
                        .isEqualTo(2));

        assertThat(counts("queue=counted").path("SCHEDULED").longValue()).isEqualTo(1);
        assertThat(counts("queue=counted&confidence_below=0.5&status=failed")
                        .path("SCHEDULED")
                        .longValue())
                .isEqualTo(1);
        assertThat(counts("queue=counted&confidence_below=0.5&status=failed")
                        .path("FAILED")
                        .longValue())
                .isZero();
        assertThat(counts("queue=counted&error=broken").path("FAILED").longValue())
                .isEqualTo(2);
        assertThat(counts("queue=counted&error=broken").path("SCHEDULED").longValue())
                .isZero();
    }

    @Test
    void more_than_some_thousand_of_a_status_are_not_looked_at_to_count_them() {
        server.submitMany(
                5001, "{" + LATER + ",\"queue\":\"many\",\"description\":\"one of many\",\"confidence_score\":0.77}");

        JsonNode counts = server.get("/api/v1/tasks/counts?queue=many&description=many")
                .is(200)
                .json();

        counts.path("items").forEach(count -> {
            boolean waiting = count.path("status").textValue().equals("SCHEDULED");
            assertThat(count.path("tasks").longValue()).isEqualTo(waiting ? 2500 : 0);
            assertThat(count.path("more").booleanValue()).isEqualTo(waiting);
        });
        assertThat(server.get("/api/v1/tasks/counts?queue=many&confidence_from=0.77")
                        .is(200)
                        .text())
                .as("what narrow rows know is counted four times as far")
                .contains("{\"status\":\"SCHEDULED\",\"tasks\":5001,\"more\":false}");
    }

    @Test
    void a_page_looks_at_no_more_than_100000_tasks_and_says_where_the_next_one_goes_on() {
        try (TestDatabase big = TestDatabase.create();
                TestServer node = TestServer.start(big)) {
            String wanted = node.submit("{" + LATER + ",\"description\":\"needle\"}");
            Sql.update(big, """
                insert into escapement.task (id, created_at, action, queue, max_attempts, priority, risk_level, created_by, action_params)
                select t.id + g, t.created_at, t.action, t.queue, 3, 'LOW', 'LOW', 'local', '{}'
                  from escapement.task t, generate_series(1, 100000) g
                """);
            Sql.update(big, """
                insert into escapement.ended (id, completed_at, attempt_count, status)
                select t.id, now(), 1, 'COMPLETED' from escapement.task t where t.priority = 'LOW'
                """);

            JsonNode first =
                    node.get("/api/v1/tasks?description=needle").is(200).json();
            JsonNode counts =
                    node.get("/api/v1/tasks/counts?description=needle").is(200).json();
            JsonNode second = node.get("/api/v1/tasks?description=needle&cursor="
                            + first.path("next").textValue())
                    .is(200)
                    .json();

            assertThat(ids(first)).isEmpty();
            assertThat(ids(second)).containsExactly(wanted);
            assertThat(second.path("next").isNull()).isTrue();
            assertThat(counts.path("items").findValuesAsText("more")).containsOnlyOnce("true");
        }
    }

    @Test
    void an_operation_is_for_exactly_the_tasks_of_its_filter() {
        String doomed = later(
                "operation",
                ",\"confidence_score\":0.2,\"metadata\":{\"customer\":\"a\"},\"description\":\"refund 7\"");
        String sure = later(
                "operation",
                ",\"confidence_score\":0.9,\"metadata\":{\"customer\":\"a\"},\"description\":\"refund 7\"");
        String other = later(
                "operation",
                ",\"confidence_score\":0.2,\"metadata\":{\"customer\":\"b\"},\"description\":\"refund 7\"");
        String body = """
            {"action":"cancel","reason":"r","filter":{"queue":"operation","confidence_from":0.1,"confidence_below":0.5,"metadata":"customer=a",
             "description":"REFUND","created_from":"2026-01-01T00:00:00Z","created_before":"2199-01-01T00:00:00Z","created_by":"local"}%s}\
            """;

        JsonNode preview = server.post("/api/v1/operations", body.formatted(",\"preview\":true"))
                .is(200)
                .json();
        JsonNode started = server.post("/api/v1/operations", body.formatted(",\"expected\":1"))
                .is(202)
                .json();
        server.await(doomed, "CANCELLED");

        assertThat(preview.path("matched").intValue()).isEqualTo(1);
        assertThat(started.path("filter").path("confidence_below").decimalValue())
                .isEqualByComparingTo("0.5");
        assertThat(started.path("filter").path("metadata").textValue()).isEqualTo("customer=a");
        assertThat(List.of(sure, other))
                .allSatisfy(id ->
                        assertThat(server.task(id).path("status").textValue()).isEqualTo("SCHEDULED"));
    }

    @Test
    void an_operation_may_be_for_single_tasks() {
        String one = later("singled", "");
        String two = later("singled", "");
        String spared = later("singled", "");

        server.post("/api/v1/operations", """
            {"action":"cancel","reason":"r","expected":2,"filter":{"ids":["%s","%s"]}}\
            """.formatted(one, two)).is(202);

        server.await(one, "CANCELLED");
        server.await(two, "CANCELLED");
        assertThat(server.task(spared).path("status").textValue()).isEqualTo("SCHEDULED");
        JsonNode fault = server.post("/api/v1/operations", """
            {"action":"cancel","reason":"r","filter":{"ids":["1","x"]}}\
            """).is(400).json().at("/errors/0");
        assertThat(fault.path("path").textValue()).isEqualTo("/filter/ids/1");
        server.post("/api/v1/operations", "{\"action\":\"cancel\",\"reason\":\"r\",\"filter\":{\"ids\":[]}}")
                .is(400);
    }

    @Test
    void tasks_are_retried_by_their_error() {
        String mine = fail("retried", "timeout of the mail server", 1, 1);
        String other = fail("retried", "no such address", 1, 1);
        server.await(mine, "FAILED");
        server.await(other, "FAILED");

        server.post("/api/v1/operations", """
            {"action":"retry","reason":"r","filter":{"queue":"retried","error":"mail server"}}\
            """).is(202);

        Eventually.within(
                Duration.ofSeconds(15),
                () -> assertThat(server.task(mine).path("attempt_count").intValue())
                        .isEqualTo(2));
        assertThat(server.task(other).path("attempt_count").intValue()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "confidence_from=high | confidence_from | must be a number from 0 to 1",
                "confidence_below=1.5 | confidence_below | must be a number from 0 to 1",
                "confidence_from=0.7&confidence_below=0.7 | confidence_from | must be less than confidence_below, or"
                        + " nothing could match",
                "created_from=yesterday | created_from | must be",
                "created_from=2026-02-01T00:00:00Z&created_before=2026-01-01T00:00:00Z | created_from | must be less"
                        + " than created_before, or nothing could match",
                "metadata=customer | metadata | must be name=value: a member of the metadata and its value as text",
            })
    void a_filter_that_makes_no_sense_is_refused_by_its_name(String query, String name, String message) {
        for (String path : List.of("/api/v1/tasks", "/api/v1/tasks/counts")) {
            JsonNode fault = server.get(path + "?" + query).is(400).json().at("/errors/0");

            assertThat(fault.path("path").textValue()).isEqualTo(name);
            assertThat(fault.path("message").textValue()).startsWith(message);
        }
    }

    private static String later(String queue, String more) {
        return server.submit("{" + LATER + ",\"queue\":\"" + queue + "\"" + more + "}");
    }

    private static String fail(String queue, String message, int times, int attempts) {
        return server.submit("""
            {"action_name":"fail","action_params":{"message":"%s","times":%d},"queue":"%s","max_attempts":%d,
             "retry":{"first_seconds":3600,"factor":1,"max_seconds":3600,"jitter":0}}\
            """.formatted(message, times, queue, attempts));
    }

    private static List<String> found(String queue, String query) {
        return list("queue=" + queue + "&" + query);
    }

    private static List<String> list(String query) {
        return ids(server.get("/api/v1/tasks?" + query).is(200).json());
    }

    private static JsonNode counts(String query) {
        var counts = escapement.json.Json.nodes().objectNode();
        server.get("/api/v1/tasks/counts?" + query)
                .is(200)
                .json()
                .path("items")
                .forEach(count -> counts.set(count.path("status").textValue(), count.path("tasks")));
        return counts;
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.path("items").forEach(task -> ids.add(task.path("id").textValue()));
        return ids;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
