package escapement.retry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks that are not to start before a time; all times are the database's. */
class TimedStartDbTest {
    private static final Recorder recorder = new Recorder();
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database, recorder.actions());
        server.await(server.submit("echo", "{}"), "COMPLETED");
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_task_with_a_time_is_scheduled_and_starts_when_it_comes() {
        Instant runAt = now().plusMillis(2000);
        String id = server.submit(echo("\"run_at\":\"" + runAt + "\""));

        JsonNode waiting = server.task(id);
        assertThat(waiting.path("status").asText()).isEqualTo("SCHEDULED");
        assertThat(Instant.parse(waiting.path("run_at").asText())).isEqualTo(runAt);
        assertThat(waiting.path("attempt_count").asInt()).isZero();

        JsonNode done = server.await(id, "COMPLETED");
        long late = millis(runAt, time(done, "started_at"));
        System.out.printf("run_at: started %d ms after its time%n", late);
        assertThat(late).isBetween(0L, 200L);
    }

    @Test
    void a_delay_is_counted_from_the_submit() {
        String id = server.submit(echo("\"delay_seconds\":1.5"));

        assertThat(server.task(id).path("status").asText()).isEqualTo("SCHEDULED");
        JsonNode done = server.await(id, "COMPLETED");

        assertThat(millis(time(done, "created_at"), time(done, "started_at"))).isBetween(1500L, 1700L);
    }

    @Test
    void times_that_fall_on_the_edge_of_a_slot_are_met_like_all_others() {
        long firstMillis = (now().toEpochMilli() + 1500) / 1000 * 1000;
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ids.add(server.submit(echo("\"run_at\":\"" + Instant.ofEpochMilli(firstMillis + 50 * i) + "\"")));
        }

        ids.forEach(id -> server.await(id, "COMPLETED"));

        List<Long> late = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            late.add(millis(Instant.ofEpochMilli(firstMillis + 50 * i), time(server.task(ids.get(i)), "started_at")));
        }
        System.out.printf(
                "40 times on slot edges: late by %s ms%n",
                late.stream().sorted().toList());
        assertThat(late).allSatisfy(millis -> assertThat(millis).isBetween(0L, 400L));
        assertThat(late.stream().filter(millis -> millis > 200).count()).isLessThanOrEqualTo(4);
    }

    @Test
    void five_hundred_tasks_of_one_moment_start_together_the_urgent_ones_first() {
        String runAt = "\"run_at\":\"" + now().plusMillis(3000) + "\"";
        server.submitMany(400, recorded("patient", runAt + ",\"priority\":\"LOW\",\"queue\":\"crowd\""));
        server.submitMany(100, recorded("urgent", runAt + ",\"priority\":\"HIGH\",\"queue\":\"crowd\""));
        String crowd = " from escapement.attempt a join escapement.task t on t.id = a.task_id"
                + " join escapement.queue q on q.id = t.queue where q.name = 'crowd'";

        Eventually.within(
                Duration.ofSeconds(15),
                () -> assertThat(Sql.number(database, "select count(*)" + crowd))
                        .isEqualTo(500));

        assertThat(Sql.number(
                        database, "select 1000 * date_part('epoch', max(a.started_at) - min(a.started_at))" + crowd))
                .isLessThan(500);
        // as the action saw it: in the database, the time of a start is worked out from its end
        List<String> started = recorder.started();
        assertThat(started).hasSize(500);
        assertThat(averagePlace(started, "urgent"))
                .as("place of the urgent ones in the order of starts, on average")
                .isLessThan(averagePlace(started, "patient"));
    }

    private static double averagePlace(List<String> started, String name) {
        return IntStream.range(0, started.size())
                .filter(place -> started.get(place).equals(name))
                .average()
                .orElseThrow();
    }

    @Test
    void a_time_that_has_passed_means_now() {
        String id = server.submit(echo("\"run_at\":\"2020-02-29T12:00:00+01:00\""));

        JsonNode done = server.await(id, "COMPLETED");

        assertThat(millis(time(done, "created_at"), time(done, "started_at"))).isLessThan(500);
    }

    @Test
    void no_delay_means_now() {
        String id = server.submit(echo("\"delay_seconds\":0"));

        assertThat(server.task(id).path("status").asText()).isNotEqualTo("SCHEDULED");
        server.await(id, "COMPLETED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"run_at\":\"2030-01-01T00:00:00Z\",\"delay_seconds\":1 | /delay_seconds",
                "\"run_at\":\"2030-01-01T00:00:00\"                      | /run_at",
                "\"run_at\":\"tomorrow\"                                 | /run_at",
                "\"run_at\":1900000000                                   | /run_at",
                "\"delay_seconds\":-1                                    | /delay_seconds",
                "\"delay_seconds\":\"1\"                                 | /delay_seconds",
                "\"retry\":\"often\"                                     | /retry",
                "\"retry\":{\"factor\":0}                                | /retry/factor",
                "\"retry\":{\"after\":2}                                 | /retry/after",
                "\"max_attempts\":0                                      | /max_attempts"
            })
    void a_time_or_back_off_that_cannot_be_is_refused_by_its_path(String setting, String path) {
        assertThat(server.post("/api/v1/tasks", echo(setting)).faultPaths()).containsExactly(path);
    }

    @Test
    void in_a_batch_the_path_names_the_task_too() {
        String batch = "{\"tasks\":[%s,%s]}".formatted(echo("\"delay_seconds\":1"), echo("\"retry\":{\"jitter\":2}"));

        assertThat(server.post("/api/v1/tasks/batch", batch).faultPaths()).containsExactly("/tasks/1/retry/jitter");
    }

    private static String recorded(String name, String settings) {
        return "{\"action_name\":\"record\",\"action_params\":{\"name\":\"" + name + "\"}," + settings + "}";
    }

    private static String echo(String settings) {
        return "{\"action_name\":\"echo\",\"action_params\":{}," + settings + "}";
    }

    private static Instant now() {
        return Instant.ofEpochMilli(
                Sql.number(database, "select (date_part('epoch', clock_timestamp()) * 1000)::bigint"));
    }

    private static Instant time(JsonNode node, String field) {
        return Instant.parse(node.path(field).asText());
    }

    private static long millis(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }
}
