package escapement.metricslog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import escapement.secret.SecretPlaces;
import escapement.secret.SecretSources;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics log of real servers: every attempt once, in the file of its day, as the database has it. */
class MetricsLogDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private TestDatabase database;
    private LogFiles files;

    @BeforeEach
    void open() {
        database = TestDatabase.create();
        files = LogFiles.in(folder);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void an_attempt_is_a_line_with_the_17_keys_in_their_order() {
        try (TestServer server = server()) {
            String id = server.submit("{\"action_name\":\"echo\",\"description\":\"Extract product data\","
                    + "\"priority\":\"HIGH\",\"risk_level\":\"MEDIUM\",\"confidence_score\":0.85}");
            server.await(id, "COMPLETED");
            awaitLines(1);

            JsonNode line = files.attempts().getFirst();
            JsonNode attempt = server.attempts(id).getFirst();
            List<String> keys = new ArrayList<>();
            line.fieldNames().forEachRemaining(keys::add);
            assertThat(keys.subList(0, 17))
                    .containsExactly(
                            "timestamp",
                            "task_id",
                            "description",
                            "status",
                            "priority",
                            "risk_level",
                            "confidence_score",
                            "attempt_count",
                            "execution_time_ms",
                            "error",
                            "created_at",
                            "started_at",
                            "completed_at",
                            "actual_success",
                            "predicted_success",
                            "calibration_bucket",
                            "dry_run");
            assertThat(files.lines().getFirst())
                    .contains("\"confidence_score\":0.85,")
                    .contains(
                            "\"actual_success\":true,\"predicted_success\":1.0,\"calibration_bucket\":\"[0.8-0.9]\",\"dry_run\":false,");
            assertThat(line.path("task_id").asText()).isEqualTo(id);
            assertThat(line.path("status").asText()).isEqualTo("COMPLETED");
            assertThat(line.path("priority").asText()).isEqualTo("HIGH");
            assertThat(line.path("risk_level").asText()).isEqualTo("MEDIUM");
            assertThat(line.path("attempt_count").intValue()).isEqualTo(1);
            assertThat(line.path("error").isNull()).isTrue();
            assertThat(line.path("execution_time_ms").decimalValue()).isNotNegative();
            assertThat(line.path("started_at")).isEqualTo(attempt.path("started_at"));
            assertThat(line.path("completed_at")).isEqualTo(attempt.path("ended_at"));
            assertThat(line.path("outcome").asText()).isEqualTo("SUCCEEDED");
            assertThat(files.names()).containsExactly("buddy_task_queue_logs_" + day(line) + ".jsonl");
        }
    }

    @Test
    void every_attempt_of_every_kind_is_a_line_and_the_day_read_back_has_the_same_ones() {
        try (TestServer server = server()) {
            server.submitMany(300, "{\"action_name\":\"echo\",\"confidence_score\":0.6999}");
            String failed = server.submit("{\"action_name\":\"fail\",\"max_attempts\":2,"
                    + "\"action_params\":{\"message\":\"no connection\"}}");
            String dry = server.submit("{\"action_name\":\"echo\",\"dry_run\":true,\"confidence_score\":1}");
            server.await(failed, "FAILED");
            server.await(dry, "COMPLETED");
            awaitLines(303);

            Answer day = readBack(server, files.attempts().getFirst());
            assertThat(day.contentType()).startsWith("application/jsonl");
            assertThat(day.text().lines()).containsExactlyInAnyOrderElementsOf(files.lines());
            assertThat(day.text()
                            .lines()
                            .map(line -> Instant.parse(
                                    Json.parse(line).path("timestamp").asText())))
                    .isSorted();
            List<JsonNode> ofFailed = files.attempts().stream()
                    .filter(line -> line.path("task_id").asText().equals(failed))
                    .toList();
            assertThat(ofFailed)
                    .extracting(line -> line.path("attempt_count").intValue())
                    .containsExactly(1, 2);
            assertThat(ofFailed).allSatisfy(line -> {
                assertThat(line.path("status").asText()).isEqualTo("FAILED");
                assertThat(line.path("error").asText()).contains("no connection");
                assertThat(line.path("actual_success").booleanValue()).isFalse();
                assertThat(line.path("predicted_success").isNull()).isTrue();
                assertThat(line.path("calibration_bucket").isNull()).isTrue();
            });
            assertThat(files.lines())
                    .filteredOn(line -> line.contains(dry))
                    .singleElement()
                    .asString()
                    .contains("\"dry_run\":true", "\"confidence_score\":1.0", "\"calibration_bucket\":\"[0.9-1.0]\"");
            assertThat(files.lines())
                    .filteredOn(line -> line.contains("\"confidence_score\":0.6999,"))
                    .hasSize(300)
                    .allSatisfy(line -> assertThat(line)
                            .contains("\"predicted_success\":0.0,\"calibration_bucket\":\"[0.6-0.7]\""));
            Verified.invariantsHold(database);
        }
    }

    @Test
    void attempts_on_both_sides_of_midnight_are_in_the_files_of_their_days() {
        try (TestServer unwritten = TestServer.start(database)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 4; i++) { // one after the other, for the files tell them as they were committed
                ids.add(unwritten.submit("{\"action_name\":\"echo\"}"));
                unwritten.await(ids.getLast(), "COMPLETED");
            }
            List<String> ends = List.of(
                    "2026-11-22T23:59:59.999999Z",
                    "2026-11-23T00:00:00Z",
                    "2026-11-23T23:59:59.999999Z",
                    "2026-11-24T00:00:00Z");
            for (int i = 0; i < 4; i++) {
                Sql.update(
                        database,
                        "update escapement.attempt set started_at = ?::timestamptz - interval '1 s', ended_at = ?::timestamptz where task_id = ?",
                        ends.get(i),
                        ends.get(i),
                        Long.parseLong(ids.get(i)));
            }
        }

        try (TestServer server = server()) {
            awaitLines(4);

            assertThat(files.names())
                    .containsExactly(
                            "buddy_task_queue_logs_20261122.jsonl",
                            "buddy_task_queue_logs_20261123.jsonl",
                            "buddy_task_queue_logs_20261124.jsonl");
            List<String> all = files.lines();
            assertThat(server.get("/api/v1/metrics-log/20261122").text().lines())
                    .containsExactly(all.get(0));
            assertThat(server.get("/api/v1/metrics-log/2026-11-23").text().lines())
                    .containsExactlyElementsOf(all.subList(1, 3));
            assertThat(server.get("/api/v1/metrics-log/20261124").text().lines())
                    .containsExactly(all.get(3));
            assertThat(server.get("/api/v1/metrics-log/20261125").text()).isEmpty();
        }
    }

    @Test
    void a_day_of_many_pages_is_read_back_whole() {
        try (TestServer server = TestServer.start(database)) {
            server.submitMany(5000, "{\"action_name\":\"echo\"}");
            server.awaitCount(PATIENCE, "COMPLETED", 5000);
            Sql.update(
                    database,
                    "update escapement.attempt set started_at = '2026-11-23Z', ended_at = '2026-11-23T12:00Z'");

            List<String> lines =
                    server.get("/api/v1/metrics-log/20261123").text().lines().toList();

            assertThat(lines).hasSize(5000).doesNotHaveDuplicates();
        }
    }

    @Test
    void one_node_writes_and_another_goes_on_in_its_own_folder_when_that_one_stops() {
        Path other = folder.resolve("other");
        TestServer second;
        try (TestServer first = server()) {
            String start = first.submit("echo", "{}");
            first.await(start, "COMPLETED");
            awaitLines(1);
            second = TestServer.with().dataDir(other).start(database);
            first.submitMany(200, "{\"action_name\":\"echo\"}");
            first.awaitCount(PATIENCE, "COMPLETED", 201);
            awaitLines(201);
            assertThat(LogFiles.in(other).names()).isEmpty();
        }

        try (TestServer goesOn = second) {
            List<String> before = files.lines();
            goesOn.submitMany(200, "{\"action_name\":\"echo\"}");
            goesOn.awaitCount(PATIENCE, "COMPLETED", 401);
            LogFiles both = LogFiles.in(folder, other);
            Eventually.within(PATIENCE, () -> assertThat(both.lines()).hasSize(401));

            assertThat(LogFiles.in(other).lines()).hasSize(200);
            assertThat(files.lines()).isEqualTo(before);
            Answer day = readBack(goesOn, both.attempts().getFirst());
            assertThat(day.text().lines()).containsExactlyInAnyOrderElementsOf(both.lines());
        }
    }

    @Test
    void what_a_node_wrote_and_could_not_tell_the_database_is_taken_back_even_when_another_writes_by_now()
            throws Exception {
        Path other = folder.resolve("other");
        try (TestServer first = server()) {
            first.await(first.submit("echo", "{}"), "COMPLETED");
            awaitLines(1);
        }
        LogFolder killed = LogFolder.open(folder.resolve("metrics"));
        killed.add(List.of(lineLike(files.attempts().getFirst())));
        assertThat(files.lines()).hasSize(2);

        try (TestServer second = TestServer.with().dataDir(other).start(database)) {
            second.await(second.submit("echo", "{}"), "COMPLETED");
            Eventually.within(
                    PATIENCE, () -> assertThat(LogFiles.in(other).lines()).hasSize(1));
            try (TestServer again = server()) {
                Eventually.within(PATIENCE, () -> assertThat(files.lines()).hasSize(1));

                Answer day = readBack(again, files.attempts().getFirst());
                assertThat(day.text().lines())
                        .containsExactlyInAnyOrderElementsOf(
                                LogFiles.in(folder, other).lines());
            }
        }
    }

    @Test
    void a_folder_that_cannot_be_written_leaves_the_log_to_another_node() throws Exception {
        Path blocked = Files.createFile(folder.resolve("blocked")); // a file, where the folder would have to be
        try (TestServer unable = TestServer.with().dataDir(blocked).start(database);
                TestServer able = server()) {
            unable.await(unable.submit("echo", "{}"), "COMPLETED");

            awaitLines(1);
            assertThat(able.attempts(files.attempts().getFirst().path("task_id").asText()))
                    .hasSize(1);
        }
    }

    @Test
    void a_secret_in_an_error_is_hidden_in_the_log() {
        SecretSources sources = new SecretSources(Map.of("ESCAPEMENT_SECRET_KEY", "hunter2-hunter2"), Optional.empty());
        try (TestServer server = TestServer.with()
                .secrets(new SecretPlaces(sources, Optional.empty()))
                .dataDir(folder)
                .start(database)) {
            server.submit(
                    "{\"action_name\":\"fail\",\"max_attempts\":1,\"action_params\":{\"message\":\"secret:KEY\"}}");
            awaitLines(1);

            assertThat(files.lines().getFirst()).contains("***").doesNotContain("hunter2");
        }
    }

    @Test
    void a_line_is_there_within_two_seconds_of_its_attempt() throws Exception {
        try (TestServer server = server()) {
            server.await(server.submit("echo", "{}"), "COMPLETED");
            awaitLines(1);
            Path file = folder.resolve("metrics").resolve(files.names().getFirst());
            for (int i = 2; i <= 6; i++) {
                server.submit("echo", "{}");
                awaitLines(i);
                Instant end = Instant.parse(
                        files.attempts().getLast().path("completed_at").asText());

                assertThat(Duration.between(end, Files.getLastModifiedTime(file).toInstant()))
                        .isLessThan(Duration.ofSeconds(2));
            }
        }
    }

    @Test
    void a_day_that_is_none_is_refused() {
        try (TestServer server = TestServer.start(database)) {
            for (String day : new TreeSet<>(List.of("today", "20261332", "2026-11", "20261123.jsonl"))) {
                assertThat(server.get("/api/v1/metrics-log/" + day)
                                .problem(400)
                                .path("detail")
                                .asText())
                        .isEqualTo("day must be a day (UTC) such as 20261123 or 2026-11-23");
            }
            assertThat(server.get("/api/v1/metrics-log/20261123?from=1").faultPaths())
                    .containsExactly("from");
        }
    }

    private TestServer server() {
        return TestServer.with().dataDir(folder).start(database);
    }

    private void awaitLines(int wanted) {
        Eventually.within(PATIENCE, () -> assertThat(files.lines()).hasSize(wanted));
    }

    private static Answer readBack(TestServer server, JsonNode line) {
        return server.get("/api/v1/metrics-log/" + day(line));
    }

    private static String day(JsonNode line) {
        return line.path("timestamp").asText().substring(0, 10).replace("-", "");
    }

    private static AttemptLine lineLike(JsonNode line) {
        Instant at = Instant.parse(line.path("timestamp").asText());
        return new AttemptLine(
                4711,
                1,
                null,
                escapement.task.AttemptOutcome.SUCCEEDED,
                "LOW",
                "LOW",
                null,
                null,
                at,
                at,
                at,
                at,
                "echo",
                "default",
                "4711",
                "node");
    }
}
