package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import escapement.support.Answer;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which tasks an operation would be for, and which operations there cannot be. */
class OperationRequestDbTest {
    private static TestDatabase database;
    private static TestServer server;
    private static String running;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
        server.submitMany(4, waiting("a", "\"risk_level\":\"HIGH\""));
        server.submitMany(2, waiting("a", "\"workflow_id\":\"w\""));
        server.submitMany(3, waiting("b", "\"priority\":\"HIGH\""));
        server.submitMany(2, waiting("b", "\"risk_level\":\"HIGH\""));
        server.await(server.submit("{\"action_name\":\"fail\",\"max_attempts\":1}"), "FAILED");
        running = server.submit("sleep", "{\"milliseconds\":60000}");
        server.await(running, "IN_PROGRESS");
        server.await(server.submit("echo", "{}"), "COMPLETED");
    }

    @AfterAll
    static void stop() {
        server.post("/api/v1/tasks/" + running + "/cancel", "{\"reason\":\"r\"}")
                .is(200);
        server.await(running, "CANCELLED");
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cancel | {}                                        | 12",
                "cancel | {\"status\":\"scheduled\"}                | 11",
                "cancel | {\"status\":\"PENDING\"}                  | 0",
                "cancel | {\"queue\":\"a\"}                         | 6",
                "cancel | {\"queue\":\"nobody named it\"}           | 0",
                "cancel | {\"action_name\":\"sleep\"}               | 1",
                "cancel | {\"workflow_id\":\"w\"}                   | 2",
                "cancel | {\"priority\":\"HIGH\"}                   | 3",
                "cancel | {\"risk_level\":\"HIGH\",\"queue\":\"a\"} | 4",
                "retry  | {}                                        | 1",
                "retry  | {\"status\":\"CANCELLED\"}                | 0",
            })
    void a_preview_counts_what_the_filter_matches_and_changes_nothing(String action, String filter, int matched) {
        JsonNode preview = operate("\"action\":\"" + action + "\",\"filter\":" + filter + ",\"preview\":true")
                .is(200)
                .json();

        assertThat(preview).isEqualTo(Json.parse("{\"matched\":" + matched + ",\"more\":false}"));
        assertThat(server.get("/api/v1/operations").is(200).json().path("items"))
                .isEmpty();
        assertThat(server.count("SCHEDULED")).isEqualTo(11);
        assertThat(Sql.number(database, "select count(*) from escapement.audit"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"filter\":{}                                                                       | /action",
                "\"action\":\"delete\",\"filter\":{}                                                 | /action",
                "\"action\":\"cancel\"                                                               | /filter",
                "\"action\":\"cancel\",\"filter\":[]                                                 | /filter",
                "\"action\":\"cancel\",\"filter\":{\"status\":\"DONE\"}                              | /filter/status",
                "\"action\":\"cancel\",\"filter\":{\"status\":\"COMPLETED\"}                         | /filter/status",
                "\"action\":\"retry\",\"filter\":{\"status\":\"COMPLETED\"}                          | /filter/status",
                "\"action\":\"reprioritise\",\"priority\":\"LOW\",\"filter\":{\"status\":\"IN_PROGRESS\"} | /filter/status",
                "\"action\":\"cancel\",\"filter\":{\"queue\":\" \"}                                  | /filter/queue",
                "\"action\":\"cancel\",\"filter\":{\"workflow_id\":7}                                | /filter/workflow_id",
                "\"action\":\"cancel\",\"filter\":{\"action\":\"echo\"}                              | /filter/action",
                "\"action\":\"cancel\",\"filter\":{},\"priority\":\"LOW\"                            | /priority",
                "\"action\":\"reprioritise\",\"filter\":{}                                           | /priority",
                "\"action\":\"cancel\",\"filter\":{},\"preview\":\"yes\"                             | /preview",
                "\"action\":\"cancel\",\"filter\":{},\"expected\":-1                                 | /expected",
                "\"action\":\"cancel\",\"filter\":{},\"preview\":true,\"expected\":1                 | /expected",
                "\"action\":\"cancel\",\"filter\":{},\"nonsense\":1                                  | /nonsense"
            })
    void an_operation_that_cannot_be_is_refused_by_its_path(String fields, String path) {
        assertThat(operate(fields).faultPaths()).containsExactly(path);
        assertThat(server.get("/api/v1/operations").is(200).json().path("items"))
                .isEmpty();
    }

    @Test
    void a_reason_is_required() {
        assertThat(server.post("/api/v1/operations", "{\"action\":\"cancel\",\"filter\":{}}")
                        .faultPaths())
                .containsExactly("/reason");
        assertThat(server.post("/api/v1/operations/1/stop", "{}").faultPaths()).containsExactly("/reason");
    }

    private static Answer operate(String fields) {
        return server.post("/api/v1/operations", "{" + fields + ",\"reason\":\"because\"}");
    }

    private static String waiting(String queue, String more) {
        return "{\"action_name\":\"echo\",\"delay_seconds\":3600,\"queue\":\"%s\",%s}".formatted(queue, more);
    }
}
