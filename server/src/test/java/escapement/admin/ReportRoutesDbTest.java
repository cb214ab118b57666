package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reports, asked over HTTP. */
class ReportRoutesDbTest {
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
        String task =
                "{\"action_name\":\"fail\",\"max_attempts\":1,\"action_params\":{\"message\":\"=1+1 \\\"x\\\", 7\"}}";
        server.await(server.submit(task), "FAILED");
        server.await(
                server.submit("{\"action_name\":\"echo\",\"queue\":\"late\",\"delay_seconds\":3600}"), "SCHEDULED");
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void the_list_says_what_each_report_answers_and_takes() {
        JsonNode items = server.get("/api/v1/reports").is(200).json().path("items");

        JsonNode slowest = items.valueStream()
                .filter(item -> item.path("name").asText().equals("slowest"))
                .findFirst()
                .orElseThrow();
        assertThat(slowest.path("title").asText()).isEqualTo("Slowest attempts");
        assertThat(slowest.path("question").asText()).endsWith("?");
        assertThat(slowest.path("slow").asText()).startsWith("it reads every attempt");
        assertThat(slowest.path("columns").path(0).asText()).isEqualTo("run_ms");
        assertThat(slowest.path("parameters").path(0).toString())
                .isEqualTo(
                        "{\"name\":\"hours\",\"type\":\"integer\",\"min\":1,\"max\":168,\"default\":24,\"meaning\":\"how far back to look\"}");
        assertThat(slowest.path("parameters").path(1).toString())
                .isEqualTo(
                        "{\"name\":\"action\",\"type\":\"text\",\"max_length\":200,\"default\":\"\",\"meaning\":\"only this action; empty: all\"}");
    }

    @Test
    void numbers_are_numbers_ids_are_texts_times_are_in_utc_and_null_is_null() {
        JsonNode queues =
                server.get("/api/v1/reports/queue-depth?queue=late").is(200).json();

        assertThat(queues.path("columns").path(0).toString()).isEqualTo("{\"name\":\"queue\",\"type\":\"text\"}");
        assertThat(queues.path("columns").path(1).path("type").asText()).isEqualTo("boolean");
        JsonNode row = queues.path("rows").path(0);
        assertThat(row.path(0).textValue()).isEqualTo("late");
        assertThat(row.path(1).isBoolean()).isTrue();
        assertThat(row.path(3).isIntegralNumber()).isTrue();
        assertThat(row.path(3).intValue()).isEqualTo(1);
        assertThat(row.path(7).isNull()).isTrue();
        assertThat(queues.path("rows")).hasSize(1);
        assertThat(queues.path("more").booleanValue()).isFalse();

        JsonNode slowest = server.get("/api/v1/reports/slowest").is(200).json().at("/rows/0");
        assertThat(slowest.path(2).isTextual()).isTrue();
        assertThat(Instant.parse(slowest.path(7).textValue())).isBefore(Instant.now());
    }

    @Test
    void a_report_can_be_taken_along_as_csv_without_formulas() {
        Answer csv = server.get("/api/v1/reports/failures-by-error.csv?hours=1").is(200);

        assertThat(csv.contentType()).startsWith("text/csv");
        assertThat(csv.headers().firstValue("Content-Disposition"))
                .contains("attachment; filename=\"failures-by-error.csv\"");
        List<String> lines = csv.text().lines().toList();
        assertThat(lines.get(0)).isEqualTo("\"n\",\"tasks\",\"action\",\"error\",\"last_at\",\"last_task\"");
        assertThat(lines.get(1)).startsWith("1,1,\"fail\",\"'=#+# \"\"x\"\", #\",\"");
    }

    @Test
    void a_number_below_zero_stays_a_number_in_csv() {
        assertThat(Csv.row(Stream.of(new BigDecimal("-1.5"), "-1.5", true))).isEqualTo("-1.5,\"'-1.5\",\"true\"\r\n");
        assertThat(server.get("/api/v1/reports/queue-depth.csv?queue=late")
                        .is(200)
                        .text())
                .containsPattern("\"late\",\"false\",0,1,0,0,0,,\\d{4}");
    }

    @Test
    void what_does_not_fit_is_refused_by_name() {
        assertThat(server.get("/api/v1/reports/slowest?hours=0&top=many&limit=0")
                        .faultPaths())
                .containsAnyOf("limit");
        assertThat(server.get("/api/v1/reports/slowest?hours=0&top=many").faultPaths())
                .containsExactly("hours", "top");
        assertThat(server.get("/api/v1/reports/slowest.csv?limit=10001").faultPaths())
                .containsExactly("limit");
        assertThat(server.get("/api/v1/reports/slowest?days=7")
                        .problem(400)
                        .path("detail")
                        .asText())
                .isEqualTo("days is no parameter of this route; known: action, hours, limit, top");
        assertThat(server.get("/api/v1/reports?top=7").faultPaths()).containsExactly("top");
        assertThat(server.get("/api/v1/reports/nothing")
                        .problem(404)
                        .path("detail")
                        .asText())
                .isEqualTo("there is no report 'nothing'; GET /api/v1/reports lists those there are");
        server.get("/api/v1/reports/nothing.csv").problem(404);
        server.get("/api/v1/reports/..%2fopenapi").problem(404);
    }

    @Test
    void no_value_becomes_a_part_of_the_statement() {
        for (String evil : List.of(
                "' or true --",
                "'; delete from escapement.live; --",
                "default' union select 1 --",
                "\\'; select pg_sleep(60); --",
                "$$; select pg_sleep(60) $$",
                ":'queue'",
                "?",
                "\\! ls")) {
            String value = URLEncoder.encode(evil, StandardCharsets.UTF_8);
            assertThat(server.get("/api/v1/reports/queue-depth?queue=" + value)
                            .is(200)
                            .json()
                            .path("rows"))
                    .as(evil)
                    .isEmpty();
            assertThat(server.get("/api/v1/reports/slowest?top=" + value).faultPaths())
                    .as(evil)
                    .containsExactly("top");
        }
        assertThat(Sql.number(database, "select count(*) from escapement.live")).isOne();
    }

    @Test
    void a_report_that_is_kept_waiting_is_stopped_and_a_third_one_is_told_to_try_again() throws Exception {
        try (Connection holder = database.connect()) {
            holder.setAutoCommit(false);
            Sql.update(holder, "lock table escapement.gate_decision in access exclusive mode");
            List<CompletableFuture<Answer>> asked = Stream.of("gate-decisions", "approval-times")
                    .map(name -> CompletableFuture.supplyAsync(() -> server.get("/api/v1/reports/" + name)))
                    .toList();
            Eventually.within(
                    Duration.ofSeconds(10),
                    () -> assertThat(Sql.number(
                                    database,
                                    "select count(*) from pg_stat_activity where datname = current_database()"
                                            + " and wait_event_type = 'Lock' and query like '%report.gate_decisions%'"))
                            .isEqualTo(2));

            Answer third = server.get("/api/v1/reports/queue-depth");

            assertThat(third.problem(503).path("detail").asText())
                    .isEqualTo("2 reports run already, which is all this node runs at once; try again");
            assertThat(third.headers().firstValue("Retry-After")).contains("5");
            assertThat(asked.getFirst().get().problem(503).path("detail").asText())
                    .isEqualTo("the report gate-decisions took longer than 10 s and was stopped;"
                            + " narrow it by its parameters, or run sql/gate-decisions.sql with psql");
            asked.getLast().get().problem(503);
            holder.rollback();
        }
        server.get("/api/v1/reports/gate-decisions").is(200);
    }
}
