package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import escapement.action.Action;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever an action answers, throws or says: its task ends and its slot is free again. */
class OddOutcomeDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        List<Action> actions = new ArrayList<>();
        succeeding(actions, "nul", Json.nodes().textNode("a\0b"));
        succeeding(actions, "nul-name", Json.nodes().objectNode().put("a\0", 1));
        succeeding(actions, "surrogate", Json.nodes().textNode("a\uD83Eb"));
        succeeding(actions, "five-megabytes", Json.nodes().textNode("x".repeat(5_000_000)));
        succeeding(actions, "megabyte", Json.nodes().textNode("y".repeat(999_000)));
        succeeding(actions, "nan", Json.nodes().numberNode(Double.NaN));
        succeeding(actions, "huge-number", Json.nodes().numberNode(new BigDecimal("1e999999")));
        succeeding(actions, "deep", deep());
        succeeding(actions, "missing", Json.nodes().missingNode());
        succeeding(actions, "object-that-throws", new POJONode(new Throwing()));
        succeeding(actions, "object-in-a-circle", new POJONode(new Circle()));
        succeeding(actions, "object-with-nul", new POJONode(List.of("a\0b")));
        actions.add(new TestAction("null-outcome", context -> null));
        actions.add(new TestAction("null-error", context -> new Outcome.Failed(null, true)));
        actions.add(new TestAction("error-with-nul", context -> new Outcome.Failed("a\0b\uD800", true)));
        actions.add(new TestAction("null-delay", context -> new Outcome.Snoozed(null)));
        actions.add(new TestAction("error", context -> {
            throw new AssertionError("an Error, not an Exception");
        }));
        actions.add(new TestAction("stack-overflow", context -> bottomless(0)));
        actions.add(new TestAction("no-message", context -> {
            throw new IllegalStateException();
        }));
        actions.add(new TestAction("message-that-throws", context -> {
            throw new IllegalStateException() {
                @Override
                public String getMessage() {
                    throw new IllegalArgumentException("not even the message");
                }
            };
        }));
        actions.add(new TestAction("interrupted-by-itself", context -> {
            throw new InterruptedException("nobody asked for it");
        }));
        actions.add(new TestAction("leaves-an-interrupt", context -> {
            Thread.currentThread().interrupt();
            return new Outcome.Succeeded(null);
        }));
        actions.add(
                new TestAction("snooze-for-ever", context -> new Outcome.Snoozed(Duration.ofSeconds(Long.MAX_VALUE))));
        actions.add(new TestAction("chatty", context -> {
            for (int i = 1; i <= 1500; i++) {
                context.log(i == 1 ? "a\0b" : i == 2 ? "z".repeat(3000) : "line " + i);
            }
            return new Outcome.Succeeded(null);
        }));
        actions.add(new TestAction("progressing", context -> {
            JsonNode fraction = context.params().get("fraction");
            context.progress(fraction.isTextual() ? Double.NaN : fraction.doubleValue(), "now\0 " + fraction.asText());
            return new Outcome.Succeeded(null);
        }));
        // two slots: what one of them does not give back is missed at once
        server = TestServer.with()
                .limit(2)
                .actions(actions.toArray(Action[]::new))
                .start(database);
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void odd_characters_in_a_result_are_replaced() {
        assertThat(resultOf("nul").textValue()).isEqualTo("a\uFFFDb");
        assertThat(Json.write(resultOf("nul-name"))).isEqualTo("{\"a\uFFFD\":1}");
        assertThat(resultOf("surrogate").textValue()).isEqualTo("a\uFFFDb");
    }

    @Test
    void a_result_that_is_too_large_is_cut_and_says_so() {
        assertThat(resultOf("five-megabytes").path("truncated").booleanValue()).isTrue();
    }

    @Test
    void what_is_no_json_number_becomes_text() {
        assertThat(resultOf("nan").textValue()).isEqualTo("NaN");
        assertThat(resultOf("huge-number").textValue()).isEqualTo("1E+999999");
    }

    @Test
    void a_result_nested_without_end_ends() {
        assertThat(Json.write(resultOf("deep"))).contains("nested deeper than 64 levels");
    }

    @Test
    void a_result_that_cannot_be_written_becomes_a_note() {
        assertThat(resultOf("object-that-throws").path("unstorable_result").textValue())
                .contains("not to be read");
        assertThat(resultOf("object-in-a-circle").has("unstorable_result")).isTrue();
        assertThat(resultOf("object-with-nul").has("unstorable_result")).isTrue();
        assertThat(resultOf("missing").isNull()).isTrue();
    }

    @Test
    void errors_of_all_kinds_fail_the_attempt_and_name_what_was_thrown() {
        assertThat(errorOf("error")).isEqualTo("java.lang.AssertionError: an Error, not an Exception");
        assertThat(errorOf("stack-overflow")).isEqualTo("java.lang.StackOverflowError");
        assertThat(errorOf("no-message")).isEqualTo("java.lang.IllegalStateException");
        assertThat(errorOf("message-that-throws")).contains("OddOutcomeDbTest");
        assertThat(errorOf("error-with-nul")).isEqualTo("a\uFFFDb\uFFFD");
        assertThat(errorOf("null-outcome")).contains("null instead of an outcome");
        assertThat(errorOf("null-delay")).contains("delay");
        server.await(submitOnce("null-error"), "FAILED");
    }

    @Test
    void an_interrupt_that_nobody_sent_is_a_failure_and_no_endless_loop() {
        String id = submitOnce("interrupted-by-itself");

        assertThat(server.await(id, "FAILED").path("error").textValue()).contains("nobody asked for it");
        assertThat(server.attempts(id)).hasSize(1);
    }

    @Test
    void an_interrupt_left_behind_harms_nobody() {
        server.await(submitOnce("leaves-an-interrupt"), "COMPLETED");
    }

    @Test
    void a_snooze_for_ever_is_stored() {
        JsonNode task = server.await(submitOnce("snooze-for-ever"), "SCHEDULED");

        assertThat(task.path("run_at").textValue()).startsWith("203");
        assertThat(server.attempts(task.path("id").textValue()))
                .extracting(attempt -> attempt.path("outcome").asText())
                .containsExactly("SNOOZED");
    }

    @Test
    void after_all_that_both_slots_are_free() {
        for (String action : List.of("null-outcome", "message-that-throws", "object-that-throws", "null-delay")) {
            submitOnce(action);
            submitOnce(action);
        }

        for (int i = 0; i < 10; i++) {
            server.await(server.submit("echo", "{}"), "COMPLETED");
        }
        Eventually.within(
                PATIENCE,
                () -> assertThat(server.metrics().path("node").path("running").intValue())
                        .isZero());
    }

    @Test
    void many_large_results_at_once_are_stored() {
        List<String> ids = server.submitMany(40, "{\"action_name\":\"megabyte\"}");

        for (String id : ids) {
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(server.get("/api/v1/tasks/" + id + "/attempts")
                                    .json()
                                    .at("/items/0/outcome")
                                    .asText())
                            .isEqualTo("SUCCEEDED"));
        }
        assertThat(server.task(ids.getLast()).path("result").textValue()).hasSize(999_000);
    }

    @Test
    void the_first_thousand_log_lines_are_kept_in_order_and_each_is_cut() {
        String id = submitOnce("chatty");
        server.await(id, "COMPLETED");

        Eventually.within(PATIENCE, () -> assertThat(logOf(id)).hasSize(1001));
        List<String> log = logOf(id);
        assertThat(log.get(0)).isEqualTo("a\uFFFDb");
        assertThat(log.get(1)).hasSize(2000).endsWith("…");
        assertThat(log.get(999)).isEqualTo("line 1000");
        assertThat(log.get(1000)).contains("the first 1000 are kept");
    }

    @Test
    void progress_is_bounded_by_zero_and_one() {
        assertThat(progressAfter("0.25")).isEqualTo(0.25);
        assertThat(progressAfter("7")).isEqualTo(1);
        assertThat(progressAfter("-7")).isEqualTo(0);
        assertThat(progressAfter("\"NaN\"")).isEqualTo(0);
    }

    private double progressAfter(String fraction) {
        String id = server.submit("progressing", "{\"fraction\":" + fraction + "}");
        Eventually.within(
                PATIENCE,
                () -> assertThat(server.task(id).path("progress").isObject()).isTrue());
        JsonNode progress = server.task(id).path("progress");
        assertThat(progress.path("message").textValue()).startsWith("now\uFFFD ");
        return progress.path("fraction").doubleValue();
    }

    private static List<String> logOf(String id) {
        List<String> lines = new ArrayList<>();
        server.attempts(id)
                .getFirst()
                .path("log")
                .forEach(line -> lines.add(line.path("line").textValue()));
        return lines;
    }

    private static String errorOf(String action) {
        return server.await(submitOnce(action), "FAILED").path("error").textValue();
    }

    private static JsonNode resultOf(String action) {
        return server.await(submitOnce(action), "COMPLETED").path("result");
    }

    private static String submitOnce(String action) {
        return server.submit("{\"action_name\":\"" + action + "\",\"max_attempts\":1}");
    }

    private static void succeeding(List<Action> actions, String name, JsonNode result) {
        actions.add(new TestAction(name, context -> new Outcome.Succeeded(result)));
    }

    private static JsonNode deep() {
        JsonNode node = Json.nodes().numberNode(1);
        for (int i = 0; i < 100_000; i++) {
            node = Json.nodes().arrayNode().add(node);
        }
        return node;
    }

    private static Outcome bottomless(int depth) {
        return depth < 0 ? new Outcome.Succeeded(null) : bottomless(depth + 1);
    }

    /** Cannot be written as JSON. */
    public static final class Throwing {
        @SuppressWarnings("DoNotCallSuggester")
        public String getValue() {
            throw new IllegalStateException("not to be read");
        }
    }

    /** Has no end. */
    public static final class Circle {
        public Circle getSelf() {
            return this;
        }
    }
}
