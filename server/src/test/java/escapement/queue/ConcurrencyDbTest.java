package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How many tasks run at once. */
class ConcurrencyDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static TestDatabase database;

    @BeforeAll
    static void createDatabase() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 3, 1})
    void exactly_as_many_run_at_once_as_the_limit_allows(int limit) {
        Recorder recorder = new Recorder();
        try (TestServer server =
                TestServer.with().limit(limit).actions(recorder.actions()).start(database)) {
            long before = server.count("COMPLETED");
            server.submitMany(200, "{\"action_name\":\"record\"}"); // so fast that more is claimed than may run
            server.awaitCount(PATIENCE, "COMPLETED", before + 200);

            server.submitMany(8, "{\"action_name\":\"hold\"}");
            Eventually.within(PATIENCE, () -> {
                JsonNode metrics = server.metrics();
                assertThat(metrics.path("active_tasks").intValue()).isEqualTo(limit);
                assertThat(metrics.path("pending_tasks").intValue()).isEqualTo(8 - limit);
                assertThat(metrics.path("node").path("running").intValue()).isEqualTo(limit);
                assertThat(metrics.path("node").path("limit").intValue()).isEqualTo(limit);
            });
            assertThat(recorder.running()).isEqualTo(limit);
            recorder.release();
            server.awaitCount(PATIENCE, "COMPLETED", before + 208);

            assertThat(recorder.peak()).isEqualTo(limit);
            assertThat(recorder.started()).hasSize(208);
        }
    }

    @ParameterizedTest
    @CsvSource({"8,500,1000", "3,1500,1900"})
    void eight_tasks_of_half_a_second_take_as_many_rounds_as_the_limit_says(int limit, long atLeast, long below) {
        try (TestServer server = TestServer.with().limit(limit).start(database)) {
            List<String> ids =
                    server.submitMany(8, "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":500}}");
            ids.forEach(id -> server.await(id, "COMPLETED"));

            List<JsonNode> attempts =
                    ids.stream().flatMap(id -> server.attempts(id).stream()).toList();
            assertThat(attempts).hasSize(8);
            long wall = Duration.between(first(attempts, "started_at"), last(attempts, "ended_at"))
                    .toMillis();
            assertThat(wall).isGreaterThanOrEqualTo(atLeast).isLessThan(below);
        }
    }

    private static Instant first(List<JsonNode> attempts, String field) {
        return attempts.stream()
                .map(attempt -> Instant.parse(attempt.path(field).textValue()))
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private static Instant last(List<JsonNode> attempts, String field) {
        return attempts.stream()
                .map(attempt -> Instant.parse(attempt.path(field).textValue()))
                .max(Instant::compareTo)
                .orElseThrow();
    }
}
