package escapement.metricslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs of another system, taken in by a real server. */
class ImportDbTest {
    // what is to be counted yet and what is: day, action, risk level, path, thousandth, outcomes, successes
    private static final String COUNTED = """
            select concat_ws(' ', c.day, a.name, c.risk_level, c.path, c.micro, sum(c.n), sum(c.s))
              from (select day, action, risk_level, path, c6 / 1000 as micro, sign::bigint as n, case when ok then sign else 0 end::bigint as s
                      from escapement.calibration_delta
                    union all
                    select period, action, risk_level, path, micro, n, s from escapement.calibration_micro) c
              join escapement.action a on a.id = c.action
             group by c.day, a.name, c.risk_level, c.path, c.micro having sum(c.n) <> 0 order by 1
            """;

    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void a_day_of_the_old_system_is_taken_in_and_lines_without_calibration_keys_are_partial() {
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 516; i++) {
            boolean partial = i % 43 == 0; // 12 of them
            boolean ok = i % 4 != 0;
            log.append(line(
                    "task_" + i,
                    1,
                    "14:%02d:%02d".formatted(i / 60, i % 60),
                    ok ? "COMPLETED" : "FAILED",
                    "0.85",
                    partial
                            ? ""
                            : ",\"actual_success\":%s,\"predicted_success\":1.0,\"calibration_bucket\":\"%s\""
                                    .formatted(ok, i % 2 == 0 ? "0.8-0.9" : "[0.8-0.9]")));
        }

        JsonNode report = take(log.toString());

        assertThat(report.path("lines").intValue()).isEqualTo(516);
        assertThat(report.path("imported").intValue()).isEqualTo(516);
        assertThat(report.path("partial").intValue()).isEqualTo(12);
        assertThat(report.path("outcomes").intValue()).isEqualTo(516);
        assertThat(report.path("refused").intValue()).isZero();
        assertThat(counted()).containsExactly("2026-02-05 imported MEDIUM AUTO 850 516 387");
    }

    @Test
    void an_import_that_is_repeated_changes_nothing() {
        String log = line("a", 1, "10:00:00", "COMPLETED", "0.8", "") + line("b", 1, "10:00:01", "FAILED", "0.8", "");
        take(log);
        List<String> before = counted();

        JsonNode again = take(log);

        assertThat(again.path("known").intValue()).isEqualTo(2);
        assertThat(again.path("imported").intValue()).isZero();
        assertThat(again.path("outcomes").intValue()).isZero();
        assertThat(counted()).isEqualTo(before);
        assertThat(server.post("/api/v1/metrics-log?source=another", log)
                        .is(200)
                        .json()
                        .path("outcomes")
                        .intValue())
                .as("ids of another system")
                .isEqualTo(2);
    }

    @Test
    void the_last_line_of_a_task_counts_also_when_it_comes_with_the_next_day() {
        take(line("a", 1, "10:00:00", "FAILED", "0.8", "") + line("a", 2, "10:00:02", "FAILED", "0.8", ""));
        assertThat(counted()).containsExactly("2026-02-05 imported MEDIUM AUTO 800 1 0");

        JsonNode report = take(line("a", 3, "23:00:00", "COMPLETED", "0.8", "").replace("2026-02-05", "2026-02-06"));

        assertThat(report.path("outcomes").intValue()).isZero();
        assertThat(counted()).containsExactly("2026-02-06 imported MEDIUM AUTO 800 1 1");
    }

    @Test
    void an_id_that_is_used_anew_takes_the_place_of_the_task_before() {
        take(line("a", 1, "10:00:00", "COMPLETED", "0.8", ""));

        JsonNode report =
                take(line("a", 1, "11:00:00", "FAILED", "0.3", "") + line("a", 1, "10:00:00", "COMPLETED", "0.8", ""));

        assertThat(report.path("imported").intValue()).isEqualTo(1);
        assertThat(report.path("known").intValue()).isEqualTo(1);
        assertThat(counted()).containsExactly("2026-02-05 imported MEDIUM AUTO 300 1 0");
    }

    @Test
    void what_is_no_outcome_does_not_count() {
        JsonNode report = take(line("dry", 1, "10:00:00", "COMPLETED", "0.8", ",\"dry_run\":true")
                + line("skipped", 0, "10:00:00", "SKIPPED", "0.8", ",\"actual_success\":false")
                + line("deferred", 0, "10:00:00", "deferred", "0.4", "")
                + line("unsure", 1, "10:00:00", "COMPLETED", "null", "")
                + line("lost", 1, "10:00:00", "FAILED", "0.8", ",\"outcome\":\"LOST\"")
                + line("withdrawn", 1, "10:00:00", "FAILED", "0.8", "")
                + line("withdrawn", 2, "10:00:09", "CANCELLED", "0.8", ""));

        assertThat(report.path("imported").intValue()).isEqualTo(7);
        assertThat(report.path("uncounted").intValue()).isEqualTo(6);
        assertThat(report.path("outcomes").intValue()).isZero();
        assertThat(counted()).isEmpty();
    }

    @Test
    void lines_that_cannot_be_used_are_refused_by_number_and_the_others_kept() {
        JsonNode report = take("\n"
                + line("a", 1, "10:00:00", "COMPLETED", "NaN", "")
                + line("a", 1, "10:00:00", "COMPLETED", "5", "")
                + line("a", 1, "10:00:00", "COMPLETED", "-1", "")
                + "{\"task_id\":\"x\"}\n"
                + "[1]\r\n"
                + line("a", 1, "10:00:00", "COMPLETED", "0.8", ",\"calibration_bucket\":\"[0.7-0.8]\"")
                + line("a", 1, "10:00:00", "COMPLETED", "0.8", ",\"calibration_bucket\":\"high\"")
                + line("a", 1, "10:00:00", "COMPLETED", "0.8", ",\"predicted_success\":0.5")
                + line("a", 1, "25:00:00", "DONE", "0.8", "")
                + "{\"task_id\":\"" + "x".repeat(1_100_000) + "\"}\n"
                + line("good", 1, "10:00:00", "COMPLETED", "0.8", ""));

        List<String> errors = new ArrayList<>();
        report.path("errors")
                .forEach(error -> errors.add(
                        error.path("line") + " " + error.path("message").asText()));
        assertThat(errors).hasSize(10);
        assertThat(errors.get(0)).startsWith("2 the line is not valid JSON: Non-standard token 'NaN'");
        assertThat(errors.get(1)).isEqualTo("3 confidence_score must be from 0 to 1, got '5'");
        assertThat(errors.get(2)).isEqualTo("4 confidence_score must be from 0 to 1, got '-1'");
        assertThat(errors.get(3))
                .startsWith("5 ")
                .contains("status is required", "attempt_count is required", "timestamp is required");
        assertThat(errors.get(4)).isEqualTo("6 must be a JSON object, got '[1]'");
        assertThat(errors.get(5)).contains("is not that of confidence_score 0.8, which is [0.8-0.9], got '[0.7-0.8]'");
        assertThat(errors.get(6)).contains("must be one of ten such as [0.8-0.9] or 0.8-0.9, got 'high'");
        assertThat(errors.get(7)).isEqualTo("9 predicted_success must be 1.0 or 0.0, got '0.5'");
        assertThat(errors.get(8)).startsWith("10 ").contains("status must be one of", "must be a time such as");
        assertThat(errors.get(9)).isEqualTo("11 the line is longer than 1000000 bytes");
        assertThat(report.path("refused").intValue()).isEqualTo(10);
        assertThat(report.path("imported").intValue()).isEqualTo(1);
        assertThat(counted()).hasSize(1);
    }

    @Test
    void our_own_log_counts_under_its_actions_elsewhere_and_not_at_all_at_home() {
        String id = server.submit("{\"action_name\":\"echo\",\"risk_level\":\"LOW\",\"confidence_score\":0.123456}");
        String end = server.await(id, "COMPLETED").path("completed_at").asText();
        String log = server.get("/api/v1/metrics-log/" + end.substring(0, 10)).text();

        JsonNode atHome = take(log);
        JsonNode elsewhere = take(log.replace("\"" + id + "\"", "\"x" + id + "\""));

        assertThat(atHome.path("own").intValue()).isEqualTo(1);
        assertThat(atHome.path("imported").intValue()).isZero();
        assertThat(elsewhere.path("imported").intValue()).isEqualTo(1);
        assertThat(elsewhere.path("partial").intValue()).isZero();
        // as it ran here, and as it ran elsewhere
        Eventually.within(
                Duration.ofSeconds(10),
                () -> assertThat(counted()).containsExactly(end.substring(0, 10) + " echo LOW AUTO 123 2 2"));
    }

    @Test
    void an_import_of_any_size_is_taken_and_is_in_the_audit() {
        String note = "x".repeat(4000);
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 5000; i++) { // 20 MB, more than any other request may have
            log.append(line("task_" + i, 1, "10:00:00", "COMPLETED", "0.8", ",\"note\":\"" + note + "\""));
        }

        JsonNode report = take(log.toString());

        assertThat(report.path("outcomes").intValue()).isEqualTo(5000);
        JsonNode row = server.get("/api/v1/audit?operation=metrics_log.import")
                .json()
                .path("items")
                .path(0);
        assertThat(row.path("target").asText()).isEqualTo("buddy");
        assertThat(row.path("detail").path("outcomes").intValue()).isEqualTo(5000);
    }

    @Test
    void a_source_that_is_no_name_is_refused() {
        assertThat(server.post("/api/v1/metrics-log?source=a%20b", "").faultPaths())
                .containsExactly("source");
        assertThat(server.post("/api/v1/metrics-log", "")
                        .is(200)
                        .json()
                        .path("source")
                        .asText())
                .isEqualTo("import");
    }

    private JsonNode take(String log) {
        return server.post("/api/v1/metrics-log?source=buddy", log).is(200).json();
    }

    private List<String> counted() {
        return Sql.texts(database, COUNTED);
    }

    private static String line(String task, int attempt, String time, String status, String confidence, String more) {
        return """
                {"timestamp":"2026-02-05T%s.123456","task_id":"%s","description":"Extract","status":"%s","priority":"HIGH",\
                "risk_level":"MEDIUM","confidence_score":%s,"attempt_count":%d,"execution_time_ms":523.45,"error":null%s}
                """.formatted(time, task, status, confidence, attempt, more);
    }
}
