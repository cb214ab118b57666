package escapement.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a task shows of the tasks around it. */
class LinksDbTest {
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
    void a_task_without_any_has_empty_lists_when_it_is_submitted_and_later() {
        JsonNode submitted = server.post("/api/v1/tasks", "{\"action_name\":\"echo\",\"delay_seconds\":3600}")
                .is(201)
                .json();
        JsonNode shown = server.task(submitted.path("id").asText());

        for (JsonNode task : new JsonNode[] {submitted, shown}) {
            assertThat(task.path("dependencies").isArray()).isTrue();
            assertThat(task.path("dependencies")).isEmpty();
            assertThat(task.path("conditional_branches").isArray()).isTrue();
            assertThat(task.path("conditional_branches")).isEmpty();
            assertThat(task.path("dependents_count").intValue()).isZero();
        }
    }

    @Test
    void a_task_shows_what_it_waits_for_and_how_many_wait_for_it() {
        String ended = server.submit("echo", "{}");
        server.await(ended, "COMPLETED");
        String later = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");
        String last = server.submit("""
                {"action_name":"echo","dependencies":["%s",
                  {"task_id":"%s","required_status":"ANY","timeout_seconds":1234.5}]}""".formatted(ended, later));

        JsonNode dependencies = server.task(last).path("dependencies");

        assertThat(dependencies).hasSize(2);
        JsonNode met = dependencies.get(0);
        assertThat(met.path("task_id").textValue()).isEqualTo(ended);
        assertThat(met.path("met").booleanValue()).isTrue();
        assertThat(met.path("status").textValue()).isEqualTo("COMPLETED");
        assertThat(met.path("timeout_seconds").isNull()).isTrue();
        JsonNode unmet = dependencies.get(1);
        assertThat(unmet.path("task_id").textValue()).isEqualTo(later);
        assertThat(unmet.path("met").booleanValue()).isFalse();
        assertThat(unmet.path("required_status").textValue()).isEqualTo("ANY");
        assertThat(unmet.path("status").textValue()).isEqualTo("SCHEDULED");
        assertThat(unmet.path("timeout_seconds").decimalValue()).isEqualByComparingTo("1234.5");
        assertThat(server.task(later).path("dependents_count").intValue()).isEqualTo(1);
        assertThat(server.get("/api/v1/tasks?limit=1").json().at("/items/0").has("dependencies"))
                .isFalse();
    }

    @Test
    void a_task_shows_its_branches_as_stored_and_what_became_of_them() {
        String parent = server.submit("fail", "{\"message\":\"no\"}");
        String child = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");
        server.await(parent, "SCHEDULED");
        Sql.update(
                database,
                "update escapement.task set branches = ?::jsonb where id = ?",
                """
                [{"condition_type":"failure","next_task_id":"%s"},
                 {"condition_type":"success","next_task_template":{"action_name":"echo","action_params":{"value":7}}}]""".formatted(child),
                Long.parseLong(parent));

        JsonNode undecided = server.task(parent).path("conditional_branches");
        assertThat(undecided).hasSize(2);
        assertThat(undecided.get(0).path("taken").isNull()).isTrue();
        assertThat(undecided.at("/1/next_task_template/action_params/value").intValue())
                .isEqualTo(7);

        server.post("/api/v1/tasks/" + parent + "/cancel", "{\"reason\":\"enough\"}")
                .is(200);
        Sql.update(
                database,
                "insert into escapement.branch_result (task_id, attempt, position, taken, task_to)"
                        + " values (?, 1, 0, true, ?), (?, 1, 1, false, null)",
                Long.parseLong(parent),
                Long.parseLong(child),
                Long.parseLong(parent));

        JsonNode decided = server.task(parent).path("conditional_branches");
        assertThat(decided.get(0).path("taken").booleanValue()).isTrue();
        assertThat(decided.get(0).path("task_to").textValue()).isEqualTo(child);
        assertThat(decided.get(1).path("taken").isBoolean()).isTrue();
        assertThat(decided.get(1).path("taken").booleanValue()).isFalse();
    }
}
