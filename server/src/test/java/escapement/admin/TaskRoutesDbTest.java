package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
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
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks as the API shows them. */
class TaskRoutesDbTest {
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
    void a_stored_task_is_answered_with_its_place_and_shown_with_every_field() {
        var answer = server.post("/api/v1/tasks", """
                        {"action_name":"echo","action_params":{"value":1},"description":"All of it","queue":"q","workflow_id":"w",
                         "priority":"low","risk_level":"medium","confidence_score":0.6999999,"max_attempts":2,"delay_seconds":3600,
                         "metadata":{"m":[1]}}""").is(201);
        String id = answer.json().path("id").textValue();

        assertThat(answer.headers().firstValue("Location")).contains("/api/v1/tasks/" + id);
        JsonNode task = server.task(id);
        assertThat(answer.json()).isEqualTo(((ObjectNode) task.deepCopy()).put("existing", false));
        assertThat(task.path("description").textValue()).isEqualTo("All of it");
        assertThat(task.path("action_name").textValue()).isEqualTo("echo");
        assertThat(task.path("action_params").path("value").intValue()).isEqualTo(1);
        assertThat(task.path("queue").textValue()).isEqualTo("q");
        assertThat(task.path("workflow_id").textValue()).isEqualTo("w");
        assertThat(task.path("priority").textValue()).isEqualTo("LOW");
        assertThat(task.path("risk_level").textValue()).isEqualTo("MEDIUM");
        assertThat(task.path("confidence_score").decimalValue()).isEqualByComparingTo("0.699999");
        assertThat(task.path("status").textValue()).isEqualTo("SCHEDULED");
        assertThat(task.path("max_attempts").intValue()).isEqualTo(2);
        assertThat(task.path("attempt_count").intValue()).isZero();
        assertThat(task.path("created_by").textValue()).isEqualTo("local");
        assertThat(Instant.parse(task.path("run_at").textValue()))
                .isEqualTo(Instant.parse(task.path("created_at").textValue()).plusSeconds(3600));
        assertThat(task.path("metadata").path("m").get(0).intValue()).isEqualTo(1);
        for (String field :
                List.of("reason", "started_at", "completed_at", "error", "result", "progress", "parent_id")) {
            assertThat(task.has(field)).as(field).isTrue();
            assertThat(task.path(field).isNull()).as(field).isTrue();
        }
    }

    @Test
    void a_task_that_names_no_workflow_is_one_of_its_own_and_has_no_confidence() {
        String id = server.submit("echo", "{}");

        assertThat(server.task(id).path("workflow_id").textValue()).isEqualTo(id);
        assertThat(server.task(id).path("confidence_score").isNull()).isTrue();
        assertThat(ids(server.get("/api/v1/tasks?workflow_id=" + id).is(200).json()))
                .containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678901234567890.123456789012345678901",
                "123456789012345678901234567890",
                "1.50",
                "-0.000000000000000000000000000001"
            })
    void numbers_of_any_length_go_through_an_action_unchanged(String number) {
        String id = server.submit("echo", "{\"value\":" + number + "}");
        server.await(id, "COMPLETED");

        String shown = server.get("/api/v1/tasks/" + id).text();
        assertThat(shown).contains("\"result\":" + number + ",").contains("{\"value\": " + number + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "🦉🏳️‍🌈 owl",
                "שלום עולם \u202Eright to left\u202C",
                "'single' \"double\" `back` \\ /",
                "line\nbreak\ttab\u0001bell\u0007",
                "'; drop table escapement.task; --",
                "\u2028\u2029\uFEFF\uFFFF",
                "{\"looks\":\"like JSON\"}",
                " spaces ",
                "<script>alert(1)</script>"
            })
    void odd_characters_come_back_as_they_were(String text) {
        ObjectNode task = Json.nodes().objectNode().put("action_name", "echo").put("description", text);
        task.put("workflow_id", "w" + text);
        task.putObject("action_params").putObject("value").put("text", text).put(text, 1);
        String id = server.submit(Json.write(task));

        JsonNode shown = server.await(id, "COMPLETED");
        assertThat(shown.path("description").textValue()).isEqualTo(text);
        assertThat(shown.path("result").path("text").textValue()).isEqualTo(text);
        assertThat(shown.path("action_params").path("value").path(text).intValue())
                .isEqualTo(1);
        assertThat(ids(server.get("/api/v1/tasks?workflow_id=" + URLEncoder.encode("w" + text, StandardCharsets.UTF_8))
                        .is(200)
                        .json()))
                .containsExactly(id);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40, 120, 200})
    void paging_through_120_tasks_shows_each_once_newest_first_also_while_more_come_in(int limit) {
        String queue = "paging" + limit;
        List<String> stored =
                server.submitMany(120, "{\"action_name\":\"echo\",\"queue\":\"" + queue + "\",\"delay_seconds\":3600}");

        List<String> seen = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = server.get("/api/v1/tasks?queue=" + queue + "&limit=" + limit + cursor)
                    .is(200)
                    .json();
            seen.addAll(ids(page));
            cursor = page.path("next").isNull()
                    ? ""
                    : "&cursor=" + page.path("next").textValue();
            if (pages++ == 0) {
                server.submit("{\"action_name\":\"echo\",\"queue\":\"" + queue + "\",\"delay_seconds\":3600}");
            }
        } while (!cursor.isEmpty());

        assertThat(seen).containsExactlyElementsOf(stored.reversed());
        assertThat(pages).isEqualTo((120 + limit - 1) / limit);
    }

    @Test
    void filters_show_what_matches_all_of_them() {
        String low = server.submit(
                "{\"action_name\":\"echo\",\"queue\":\"filters\",\"priority\":\"LOW\",\"delay_seconds\":3600}");
        String risky = server.submit(
                "{\"action_name\":\"echo\",\"queue\":\"filters\",\"risk_level\":\"MEDIUM\",\"delay_seconds\":3600}");
        String done = server.submit("{\"action_name\":\"echo\",\"queue\":\"filters\"}");
        String failed = server.submit("{\"action_name\":\"fail\",\"queue\":\"filters\",\"max_attempts\":1}");
        server.await(done, "COMPLETED");
        server.await(failed, "FAILED");

        assertThat(filtered("")).containsExactly(failed, done, risky, low);
        assertThat(filtered("&status=scheduled")).containsExactly(risky, low);
        assertThat(filtered("&status=SCHEDULED&priority=low")).containsExactly(low);
        assertThat(filtered("&risk=MEDIUM")).containsExactly(risky);
        assertThat(filtered("&status=COMPLETED")).containsExactly(done);
        assertThat(filtered("&status=FAILED")).containsExactly(failed);
        assertThat(filtered("&status=CANCELLED")).isEmpty();
        assertThat(filtered("&action=fail")).containsExactly(failed);
        assertThat(filtered("&action=unknown")).isEmpty();
        assertThat(ids(server.get("/api/v1/tasks?queue=unknown").is(200).json()))
                .isEmpty();
    }

    @Test
    void a_list_leaves_out_what_may_be_large() {
        String id = server.submit("echo", "{\"value\":\"large\"}");

        JsonNode row =
                server.get("/api/v1/tasks?limit=1").is(200).json().path("items").get(0);
        assertThat(row.path("id").textValue()).isEqualTo(id);
        assertThat(row.has("action_params")).isFalse();
        assertThat(row.has("result")).isFalse();
        assertThat(row.has("metadata")).isFalse();
    }

    @Test
    void attempts_are_shown_from_first_to_last() {
        String id = server.submit(
                "{\"action_name\":\"fail\",\"action_params\":{\"times\":1,\"message\":\"no luck\"},\"confidence_score\":0.5}");
        JsonNode task = server.await(id, "COMPLETED");

        List<JsonNode> attempts = server.attempts(id);
        assertThat(attempts)
                .extracting(attempt -> attempt.path("attempt").intValue())
                .containsExactly(1, 2);
        assertThat(attempts)
                .extracting(attempt -> attempt.path("outcome").asText())
                .containsExactly("FAILED", "SUCCEEDED");
        assertThat(attempts.getFirst().path("error").textValue()).isEqualTo("no luck");
        assertThat(attempts.getFirst().path("confidence_score").doubleValue()).isEqualTo(0.5);
        assertThat(attempts.getFirst().path("node").textValue()).isNotBlank();
        assertThat(Duration.between(time(attempts.get(0), "ended_at"), time(attempts.get(1), "started_at")))
                .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
        assertThat(task.path("error").isNull())
                .as("the latest attempt succeeded")
                .isTrue();
        assertThat(task.path("attempt_count").intValue()).isEqualTo(2);
    }

    private static Instant time(JsonNode attempt, String field) {
        return Instant.parse(attempt.path(field).textValue());
    }

    private static List<String> filtered(String more) {
        return ids(server.get("/api/v1/tasks?queue=filters" + more).is(200).json());
    }

    private static List<String> ids(JsonNode page) {
        List<String> ids = new ArrayList<>();
        page.path("items").forEach(item -> ids.add(item.path("id").textValue()));
        return ids;
    }
}
