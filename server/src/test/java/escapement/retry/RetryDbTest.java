package escapement.retry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of attempts that fail, through the whole server; times are those of the attempts' rows. */
class RetryDbTest {
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(
                database,
                new TestAction("refuse", context -> new Outcome.Failed("no such account", false)),
                new TestAction("throw", context -> {
                    throw new IllegalStateException("out of order");
                }),
                new TestAction(
                        "patient",
                        context -> context.attempt() < 3
                                ? new Outcome.Snoozed(Duration.ofMillis(300))
                                : new Outcome.Succeeded(Json.nodes().numberNode(context.failuresBefore()))),
                new SoftAction());
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_failing_task_is_tried_at_0_2_and_6_seconds_and_is_scheduled_in_between() {
        String id = server.submit(
                "{\"action_name\":\"fail\",\"action_params\":{\"message\":\"no answer\"},\"priority\":\"HIGH\"}");

        JsonNode waiting = server.await(id, "SCHEDULED");
        assertThat(waiting.path("error").asText()).isEqualTo("no answer");
        assertThat(waiting.path("attempt_count").asInt()).isEqualTo(1);
        Instant firstEnd =
                Instant.parse(server.attempts(id).getFirst().path("ended_at").asText());
        assertThat(millis(firstEnd, Instant.parse(waiting.path("run_at").asText())))
                .isBetween(2000L, 2100L);

        JsonNode failed = server.await(id, "FAILED");
        assertThat(failed.path("attempt_count").asInt()).isEqualTo(3);
        assertThat(failed.path("run_at").isNull()).isTrue();
        List<JsonNode> attempts = server.attempts(id);
        assertThat(attempts).hasSize(3).allSatisfy(attempt -> {
            assertThat(attempt.path("outcome").asText()).isEqualTo("FAILED");
            assertThat(attempt.path("error").asText()).isEqualTo("no answer");
        });
        long second = gap(attempts, 1);
        long third = gap(attempts, 2);
        System.out.printf("attempts at 0, %d and %d ms%n", second, second + third);
        assertThat(second).isBetween(2000L, 2250L);
        assertThat(third).isBetween(4000L, 4250L);
        assertThat(millis(
                        time(attempts.get(2), "ended_at"),
                        Instant.parse(failed.path("completed_at").asText())))
                .isBetween(0L, 250L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"max_attempts\":1",
                "\"metadata\":{\"max_attempts\":1}",
                "\"max_attempts\":1,\"metadata\":{\"max_attempts\":7}"
            })
    void one_attempt_is_all_if_the_task_says_so(String setting) {
        String id = server.submit("{\"action_name\":\"fail\",\"action_params\":{}," + setting + "}");

        assertThat(server.await(id, "FAILED").path("attempt_count").asInt()).isEqualTo(1);
        assertThat(server.attempts(id)).hasSize(1);
    }

    @Test
    void an_exception_is_retried_and_shown_with_its_class() {
        String id = server.submit("{\"action_name\":\"throw\",\"max_attempts\":2,\"retry\":{\"first_seconds\":0}}");

        assertThat(server.await(id, "FAILED").path("error").asText())
                .isEqualTo("java.lang.IllegalStateException: out of order");
        assertThat(server.attempts(id)).hasSize(2);
    }

    @Test
    void an_error_that_no_retry_can_mend_ends_the_task_at_once() {
        String id = server.submit("refuse", "{}");

        JsonNode failed = server.await(id, "FAILED");

        assertThat(failed.path("error").asText()).isEqualTo("no such account");
        assertThat(failed.path("max_attempts").asInt()).isEqualTo(3);
        assertThat(server.attempts(id)).hasSize(1);
    }

    @Test
    void the_wait_grows_by_the_tasks_own_factor_up_to_its_own_cap() {
        String id = server.submit("{\"action_name\":\"fail\",\"action_params\":{},\"max_attempts\":4,"
                + "\"retry\":{\"first_seconds\":0.2,\"factor\":3,\"max_seconds\":0.5}}");

        server.await(id, "FAILED");

        List<JsonNode> attempts = server.attempts(id);
        assertThat(gap(attempts, 1)).isBetween(200L, 450L);
        assertThat(gap(attempts, 2)).isBetween(500L, 750L);
        assertThat(gap(attempts, 3)).isBetween(500L, 750L);
    }

    @Test
    void jitter_spreads_what_failed_together() {
        List<String> ids = server.submitMany(
                40,
                "{\"action_name\":\"fail\",\"action_params\":{\"times\":1},"
                        + "\"retry\":{\"first_seconds\":2,\"jitter\":0.75}}");

        ids.forEach(id -> server.await(id, "COMPLETED"));

        List<Long> gaps = ids.stream().map(id -> gap(server.attempts(id), 1)).toList();
        assertThat(gaps).allSatisfy(gap -> assertThat(gap).isBetween(500L, 2250L));
        assertThat(gaps.stream().mapToLong(gap -> gap / 100).distinct().count())
                .as("different tenths of a second: %s", gaps)
                .isGreaterThan(5);
    }

    @Test
    void a_flaky_task_completes_without_an_error_and_its_first_error_stays_in_the_history() {
        JsonNode before = server.metrics();
        String id = server.submit("{\"action_name\":\"fail\",\"action_params\":{\"message\":\"busy\",\"times\":1},"
                + "\"retry\":{\"first_seconds\":0.1}}");

        JsonNode completed = server.await(id, "COMPLETED");

        assertThat(completed.path("attempt_count").asInt()).isEqualTo(2);
        assertThat(completed.path("error").isNull()).isTrue();
        assertThat(server.attempts(id))
                .extracting(attempt -> attempt.path("outcome").asText() + " "
                        + attempt.path("error").asText())
                .containsExactly("FAILED busy", "SUCCEEDED null");
        JsonNode after = server.metrics();
        assertThat(List.of(
                        "total_executed",
                        "total_succeeded",
                        "total_failed",
                        "total_tasks",
                        "completed_tasks",
                        "failed_tasks"))
                .extracting(
                        field -> after.path(field).asInt() - before.path(field).asInt())
                .as("two attempts, one of them failed; one task, completed")
                .containsExactly(2, 1, 1, 1, 1, 0);
    }

    @Test
    void an_action_that_snoozes_uses_up_no_attempt() {
        String id = server.submit("{\"action_name\":\"patient\",\"max_attempts\":1}");

        assertThat(server.await(id, "SCHEDULED").path("run_at").isTextual()).isTrue();
        JsonNode completed = server.await(id, "COMPLETED");

        assertThat(completed.path("result").intValue()).as("failures before").isZero();
        List<JsonNode> attempts = server.attempts(id);
        assertThat(attempts)
                .extracting(attempt -> attempt.path("outcome").asText())
                .containsExactly("SNOOZED", "SNOOZED", "SUCCEEDED");
        assertThat(gap(attempts, 1)).isBetween(300L, 550L);
    }

    @Test
    void a_result_that_says_it_failed_is_retried_if_the_action_means_it_so() {
        String id = server.submit("{\"action_name\":\"soft\",\"retry\":{\"first_seconds\":0.1}}");

        JsonNode completed = server.await(id, "COMPLETED");

        assertThat(completed.path("result").path("success").booleanValue()).isTrue();
        assertThat(server.attempts(id).getFirst().path("error").asText()).isEqualTo("not found");
    }

    @Test
    void an_attempt_that_was_lost_with_its_node_is_kept_and_not_counted() {
        try (TestDatabase ofThisTest = TestDatabase.create()) {
            CountDownLatch never = new CountDownLatch(1);
            String id;
            try (TestServer first = TestServer.start(ofThisTest, new TestAction("wait", context -> {
                never.await();
                return new Outcome.Succeeded(null);
            }))) {
                id = first.submit("{\"action_name\":\"wait\",\"max_attempts\":1}");
                first.await(id, "IN_PROGRESS");
            }

            try (TestServer second = TestServer.start(
                    ofThisTest,
                    new TestAction(
                            "wait",
                            context -> new Outcome.Succeeded(Json.nodes().numberNode(context.failuresBefore()))))) {
                JsonNode completed = second.await(id, "COMPLETED");

                assertThat(completed.path("result").intValue()).isZero();
                assertThat(second.attempts(id))
                        .extracting(attempt -> attempt.path("outcome").asText())
                        .containsExactly("LOST", "SUCCEEDED");
            }
            Verified.invariantsHold(ofThisTest);
        }
    }

    @Test
    void a_task_in_back_off_holds_up_nobody() {
        try (TestDatabase ofThisTest = TestDatabase.create();
                TestServer server = TestServer.with().limit(1).start(ofThisTest)) {
            String failing = server.submit("{\"action_name\":\"fail\",\"action_params\":{},\"priority\":\"HIGH\"}");
            String low = server.submit("{\"action_name\":\"echo\",\"action_params\":{},\"priority\":\"LOW\"}");

            JsonNode completed = server.await(low, "COMPLETED");
            server.await(failing, "FAILED");

            long took = millis(time(completed, "created_at"), time(completed, "completed_at"));
            System.out.printf("behind a failing task at limit 1: completed after %d ms%n", took);
            assertThat(took).isLessThan(500);
            assertThat(time(completed, "completed_at"))
                    .isBefore(time(server.attempts(failing).get(1), "started_at"));
        }
    }

    @Test
    void a_thousand_failing_tasks_at_limit_8_wait_at_the_same_time() {
        try (TestDatabase ofThisTest = TestDatabase.create();
                TestServer server = TestServer.with().limit(8).start(ofThisTest)) {
            server.submitMany(1000, "{\"action_name\":\"fail\",\"action_params\":{}}");

            Eventually.within(
                    Duration.ofSeconds(20),
                    () -> assertThat(Sql.number(
                                    ofThisTest, "select count(*) from escapement.ended where status = 'FAILED'"))
                            .isEqualTo(1000));

            long took = Sql.number(ofThisTest, """
                    select 1000 * date_part('epoch', max(completed_at) - (select min(created_at) from escapement.task))
                      from escapement.ended""");
            System.out.printf("1,000 failing tasks at limit 8: all ended after %d ms%n", took);
            assertThat(took).isBetween(6000L, 9000L);
            assertThat(Sql.number(ofThisTest, "select count(*) from escapement.attempt"))
                    .isEqualTo(3000);
            Verified.invariantsHold(ofThisTest);
        }
    }

    /** From the end of the attempt before to the start of this one, in milliseconds. */
    private static long gap(List<JsonNode> attempts, int index) {
        return millis(time(attempts.get(index - 1), "ended_at"), time(attempts.get(index), "started_at"));
    }

    private static Instant time(JsonNode node, String field) {
        return Instant.parse(node.path(field).asText());
    }

    private static long millis(Instant from, Instant to) {
        return Duration.between(from, to).toMillis();
    }

    /** Reports a failure in its result, once. */
    private static final class SoftAction implements Action {
        @Override
        public String name() {
            return "soft";
        }

        @Override
        public String description() {
            return "For tests.";
        }

        @Override
        public boolean isSuccessFalseAFailure() {
            return true;
        }

        @Override
        public Outcome run(ActionContext context) {
            return new Outcome.Succeeded(
                    context.failuresBefore() == 0
                            ? Json.parse("{\"success\":false,\"error\":\"not found\"}")
                            : Json.parse("{\"success\":true}"));
        }
    }
}
