package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Outcome;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stopping a task, running it again, waiting for it, and limits of time. */
class ControlDbTest {
    private static final String REASON = "{\"reason\":\"because\"}";
    private static final AtomicInteger runs = new AtomicInteger();
    private static final CountDownLatch deafMayEnd = new CountDownLatch(1);
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        database = TestDatabase.create();
        TestAction counting = new TestAction("counting", context -> {
            runs.incrementAndGet();
            return new Outcome.Succeeded(null);
        });
        server = TestServer.start(database, counting, new TestAction("deaf", context -> deaf()));
    }

    /** Ignores every interruption until it may end. */
    private static Outcome deaf() {
        while (deafMayEnd.getCount() > 0) {
            try {
                deafMayEnd.await();
            } catch (InterruptedException e) {
                Thread.interrupted(); // that is the point
            }
        }
        return new Outcome.Succeeded(null);
    }

    @AfterAll
    static void stop() throws Exception {
        deafMayEnd.countDown();
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_waiting_task_that_is_cancelled_never_starts_and_cancelling_again_changes_nothing() {
        String id = server.submit("{\"action_name\":\"counting\",\"delay_seconds\":3600}");

        assertThat(cancel(id).is(200).json().path("status").textValue()).isEqualTo("CANCELLED");
        assertThat(cancel(id).is(200).json().path("reason").textValue()).isEqualTo("because");

        assertThat(server.attempts(id)).isEmpty();
        assertThat(audited("task.cancel", id)).isEqualTo(1);
    }

    @Test
    void a_running_task_is_interrupted_and_not_tried_again() {
        String id = server.submit("sleep", "{\"milliseconds\":60000}");
        server.await(id, "IN_PROGRESS");

        cancel(id).is(200);

        server.await(id, "CANCELLED");
        assertThat(server.attempts(id)).hasSize(1).allSatisfy(attempt -> {
            assertThat(attempt.path("outcome").textValue()).isEqualTo("CANCELLED");
            assertThat(attempt.path("error").textValue()).isEqualTo("because");
        });
    }

    @Test
    void a_task_in_back_off_is_cancelled_without_another_attempt() {
        String id = server.submit("fail", "{}");
        server.await(id, "SCHEDULED");

        cancel(id).is(200);

        assertThat(server.task(id).path("status").textValue()).isEqualTo("CANCELLED");
        assertThat(server.attempts(id)).hasSize(1);
    }

    @Test
    void what_has_ended_otherwise_cannot_be_cancelled() {
        String id = server.submit("echo", "{}");
        server.await(id, "COMPLETED");

        assertThat(cancel(id).problem(409).path("detail").textValue()).contains("COMPLETED");
        cancel("77").problem(404);
    }

    @Test
    void a_cancelled_task_that_is_retried_runs_once_with_its_history_kept() {
        String id = server.submit("fail", "{\"times\":1}");
        server.await(id, "SCHEDULED");
        cancel(id).is(200);

        retry(id).is(200);

        server.await(id, "COMPLETED");
        assertThat(server.attempts(id)).hasSize(3); // the first still counts nothing, so 'fail' fails once more
        assertThat(retry(id).problem(409).path("detail").textValue()).contains("COMPLETED");
        assertThat(audited("task.retry", id)).isEqualTo(1);
    }

    @Test
    void a_retry_of_a_task_that_has_used_up_its_attempts_gives_it_as_many_again() {
        String id = server.submit("""
                {"action_name":"fail","max_attempts":2,"retry":{"first_seconds":0.1}}""");
        server.await(id, "FAILED");

        retry(id).is(200);

        server.await(id, "FAILED");
        assertThat(server.attempts(id)).hasSize(4); // verify, at the end of this class, counts two
    }

    @Test
    void a_reason_is_required() {
        String id = server.submit("echo", "{}");

        assertThat(server.post("/api/v1/tasks/" + id + "/cancel", "{}").faultPaths())
                .containsExactly("/reason");
    }

    @Test
    void an_attempt_that_takes_too_long_ends_as_timeout_and_is_tried_again() {
        String id = server.submit("""
                {"action_name":"sleep","action_params":{"milliseconds":60000},"timeout_seconds":0.2,"max_attempts":2,
                 "retry":{"first_seconds":0.1}}""");

        server.await(id, "FAILED");

        assertThat(server.attempts(id)).hasSize(2).allSatisfy(attempt -> {
            assertThat(attempt.path("outcome").textValue()).isEqualTo("TIMEOUT");
            assertThat(millis(attempt)).isBetween(200L, 1300L);
        });
    }

    @Test
    void an_action_that_ignores_its_interruption_is_given_up_and_keeps_its_slot() {
        String id = server.submit("{\"action_name\":\"deaf\",\"timeout_seconds\":0.1,\"max_attempts\":1}");

        server.await(id, "FAILED");

        assertThat(server.server().engine().abandoned()).isEqualTo(1);
        assertThat(server.server().engine().running()).isPositive();
        deafMayEnd.countDown();
        Eventually.within(
                Duration.ofSeconds(10),
                () -> assertThat(server.server().engine().abandoned()).isZero());
        assertThat(server.attempts(id)).hasSize(1);
    }

    @Test
    void waiting_answers_when_nothing_can_happen_any_more_and_not_before() {
        String failing = server.submit(
                "{\"action_name\":\"fail\",\"action_params\":{\"times\":1},\"retry\":{\"first_seconds\":0.3}}");

        assertThat(server.get("/api/v1/tasks/" + failing + "/wait?timeout_seconds=0")
                        .is(202)
                        .json()
                        .path("settled")
                        .booleanValue())
                .isFalse();
        JsonNode settled =
                server.get("/api/v1/tasks/" + failing + "/wait").is(200).json();

        assertThat(settled.path("settled").booleanValue()).isTrue();
        assertThat(settled.at("/counts/COMPLETED").longValue()).isEqualTo(1);
    }

    @Test
    void waiting_for_a_workflow_waits_for_all_of_its_tasks() {
        String body = "{\"tasks\":["
                + "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":100},\"workflow_id\":\"w-1\"},"
                        .repeat(4)
                + "{\"action_name\":\"fail\",\"max_attempts\":1,\"workflow_id\":\"w-1\"}]}";
        server.post("/api/v1/tasks/batch", body).is(201);

        JsonNode settled = server.get("/api/v1/workflows/w-1/wait").is(200).json();

        assertThat(settled.at("/counts/COMPLETED").longValue()).isEqualTo(4);
        assertThat(settled.at("/counts/FAILED").longValue()).isEqualTo(1);
        server.get("/api/v1/workflows/nobody-named-it/wait").problem(404);
    }

    private static Answer cancel(String id) {
        return server.post("/api/v1/tasks/" + id + "/cancel", REASON);
    }

    private static Answer retry(String id) {
        return server.post("/api/v1/tasks/" + id + "/retry", REASON);
    }

    private static long audited(String operation, String target) {
        return Sql.number(
                database,
                "select count(*) from escapement.audit where outcome = 'DONE' and operation = '" + operation
                        + "' and target = '" + target
                        + "'");
    }

    private static long millis(JsonNode attempt) {
        return Duration.between(
                        java.time.Instant.parse(attempt.path("started_at").textValue()),
                        java.time.Instant.parse(attempt.path("ended_at").textValue()))
                .toMillis();
    }
}
