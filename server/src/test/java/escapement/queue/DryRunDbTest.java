package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.DryRunnable;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tasks that only say what they would do. */
class DryRunDbTest {
    private static final AtomicInteger runs = new AtomicInteger();
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        List<Action> actions = new ArrayList<>();
        actions.add(new TestAction("counting", context -> {
            runs.incrementAndGet();
            return new Outcome.Succeeded(null);
        }));
        actions.add(new Planner("refund", context -> {
            context.log("asking the ledger");
            return new Outcome.DryRun(Json.nodes()
                    .objectNode()
                    .put("would_refund", context.params().path("cents").intValue()));
        }));
        actions.add(new Planner("plan-of-text", context -> succeeded("\"delete 7 rows\"")));
        actions.add(new Planner("plan-that-denies-it", context -> succeeded("{\"dry_run\":false,\"success\":false}")));
        actions.add(new Planner("plan-null", context -> null));
        actions.add(new Planner("plan-throws", context -> {
            throw new IllegalStateException("no ledger");
        }));
        actions.add(new Planner("plan-refused", context -> new Outcome.Failed("no such order", false)));
        actions.add(new Planner("plan-late", context -> {
            new CountDownLatch(1).await();
            return null;
        }));
        actions.add(new Soft("soft"));
        actions.add(new TestAction("not-soft", context -> new Outcome.Succeeded(context.params())));
        server = TestServer.start(database, actions.toArray(Action[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void an_action_without_a_plan_is_not_executed_and_the_result_says_so() {
        int before = runs.get();
        String id = server.submit("""
                {"action_name":"counting","description":"Submit order","risk_level":"HIGH","confidence_score":0.9,"dry_run":true}""");

        JsonNode task = server.await(id, "COMPLETED");

        assertThat(task.path("result"))
                .isEqualTo(Json.parse("{\"dry_run\":true,\"message\":\"Dry-run mode: Submit order not executed\"}"));
        assertThat(task.path("dry_run").booleanValue()).isTrue();
        assertThat(task.path("attempt_count").intValue()).isEqualTo(1);
        assertThat(task.path("error").isNull()).isTrue();
        assertThat(outcomes(id)).containsExactly("DRY_RUN");
        assertThat(runs).hasValue(before);
    }

    @Test
    void a_task_without_a_description_is_called_after_its_action() {
        String nameless = dryRun("counting", "{}");
        String blank = server.submit("{\"action_name\":\"echo\",\"description\":\" \",\"dry_run\":true}");

        assertThat(server.await(nameless, "COMPLETED").at("/result/message").textValue())
                .isEqualTo("Dry-run mode: counting not executed");
        assertThat(server.await(blank, "COMPLETED").at("/result/message").textValue())
                .isEqualTo("Dry-run mode: echo not executed");
    }

    @Test
    void an_action_with_a_plan_is_asked_for_it_and_not_run() {
        int before = runs.get();
        String id = dryRun("refund", "{\"cents\":1250}");

        assertThat(server.await(id, "COMPLETED").path("result"))
                .isEqualTo(Json.parse("{\"dry_run\":true,\"would_refund\":1250}"));
        assertThat(outcomes(id)).containsExactly("DRY_RUN");
        assertThat(runs).hasValue(before);
    }

    @Test
    void a_plan_always_says_that_it_is_one() {
        assertThat(server.await(dryRun("plan-of-text", "{}"), "COMPLETED").path("result"))
                .isEqualTo(Json.parse("{\"dry_run\":true,\"plan\":\"delete 7 rows\"}"));
        assertThat(server.await(dryRun("plan-that-denies-it", "{}"), "COMPLETED")
                        .path("result"))
                .isEqualTo(Json.parse("{\"dry_run\":true,\"success\":false}"));
    }

    @Test
    void a_plan_that_cannot_be_made_fails_the_attempt_as_any_other() {
        String once = "{\"action_name\":\"%s\",\"dry_run\":true,\"max_attempts\":2,\"retry\":{\"first_seconds\":0.05}}";
        String throwing = server.submit(once.formatted("plan-throws"));
        String refused = server.submit(once.formatted("plan-refused"));
        String silent = server.submit(once.formatted("plan-null"));

        assertThat(server.await(throwing, "FAILED").path("error").textValue()).contains("no ledger");
        assertThat(outcomes(throwing)).containsExactly("FAILED", "FAILED");
        assertThat(server.await(refused, "FAILED").path("error").textValue()).isEqualTo("no such order");
        assertThat(outcomes(refused)).containsExactly("FAILED");
        assertThat(server.await(silent, "FAILED").path("error").textValue()).contains("null instead of an outcome");
    }

    @Test
    void a_plan_has_the_time_limit_of_an_attempt_and_can_be_cancelled() {
        String late = server.submit(
                "{\"action_name\":\"plan-late\",\"dry_run\":true,\"timeout_seconds\":0.1,\"max_attempts\":1}");
        String cancelled = dryRun("plan-late", "{}");
        server.await(cancelled, "IN_PROGRESS");

        server.post("/api/v1/tasks/" + cancelled + "/cancel", "{\"reason\":\"seen enough\"}")
                .is(200);

        server.await(cancelled, "CANCELLED");
        server.await(late, "FAILED");
        assertThat(outcomes(late)).containsExactly("TIMEOUT");
    }

    @Test
    void a_dry_run_stays_one_when_it_is_retried() {
        int before = runs.get();
        String id = server.submit("{\"action_name\":\"counting\",\"dry_run\":true,\"delay_seconds\":3600}");
        server.post("/api/v1/tasks/" + id + "/cancel", "{\"reason\":\"later\"}").is(200);

        server.post("/api/v1/tasks/" + id + "/retry", "{\"reason\":\"now\"}").is(200);

        assertThat(server.await(id, "COMPLETED").at("/result/dry_run").booleanValue())
                .isTrue();
        assertThat(runs).hasValue(before);
    }

    @Test
    void in_a_batch_only_the_tasks_that_say_so_are_dry_runs() {
        int before = runs.get();
        String batch = """
                {"tasks":[{"action_name":"counting","dry_run":true},{"action_name":"counting"},
                          {"action_name":"counting","dry_run":false},{"action_name":"counting","dry_run":true}]}""";
        List<String> ids = new ArrayList<>();
        for (JsonNode task :
                server.post("/api/v1/tasks/batch", batch).is(201).json().path("tasks")) {
            ids.add(task.path("id").textValue());
        }

        ids.forEach(id -> server.await(id, "COMPLETED"));

        assertThat(ids)
                .flatExtracting(DryRunDbTest::outcomes)
                .containsExactly("DRY_RUN", "SUCCEEDED", "SUCCEEDED", "DRY_RUN");
        assertThat(runs).hasValue(before + 2);
    }

    @Test
    void a_request_that_would_change_something_changes_nothing() {
        String target = server.uri("/api/v1/holds").toString();
        String id = dryRun("http_request", """
                {"method":"POST","url":"%s","body":{"scope":"QUEUE","queue":"default","reason":"by request"}}""".formatted(target));

        JsonNode plan = server.await(id, "COMPLETED").path("result");

        assertThat(plan.path("method").textValue()).isEqualTo("POST");
        assertThat(plan.path("url").textValue()).isEqualTo(target);
        assertThat(plan.path("allowed").booleanValue()).isTrue();
        assertThat(server.get("/api/v1/holds").is(200).json().path("items")).isEmpty();
    }

    @Test
    void success_false_with_dry_run_true_is_a_dry_run_and_no_failure() {
        String tried = server.submit("soft", "{\"success\":false,\"dry_run\":true}");
        String failed = server.submit(
                "{\"action_name\":\"soft\",\"action_params\":{\"success\":false,\"error\":\"not found\"},\"max_attempts\":1}");
        String unclear = server.submit(
                "{\"action_name\":\"soft\",\"action_params\":{\"success\":false,\"dry_run\":\"true\"},\"max_attempts\":1}");
        String done = server.submit("soft", "{\"success\":true,\"dry_run\":true}");
        String notSoft = server.submit("not-soft", "{\"success\":false,\"dry_run\":true}");

        assertThat(server.await(tried, "COMPLETED").path("result"))
                .isEqualTo(Json.parse("{\"success\":false,\"dry_run\":true}"));
        assertThat(server.task(tried).path("dry_run").booleanValue()).isFalse();
        assertThat(outcomes(tried)).containsExactly("DRY_RUN");
        assertThat(server.await(failed, "FAILED").path("error").textValue()).isEqualTo("not found");
        server.await(unclear, "FAILED");
        server.await(done, "COMPLETED");
        assertThat(outcomes(done)).containsExactly("SUCCEEDED");
        server.await(notSoft, "COMPLETED");
        assertThat(outcomes(notSoft)).containsExactly("SUCCEEDED");
    }

    @Test
    void a_dry_run_counts_as_executed_and_succeeded() {
        try (TestDatabase ofThisTest = TestDatabase.create();
                TestServer counted = TestServer.start(ofThisTest)) {
            counted.await(counted.submit("{\"action_name\":\"echo\",\"dry_run\":true}"), "COMPLETED");

            JsonNode metrics = counted.metrics();
            assertThat(metrics.path("total_executed").intValue()).isEqualTo(1);
            assertThat(metrics.path("total_succeeded").intValue()).isEqualTo(1);
            assertThat(metrics.path("total_failed").intValue()).isZero();
            assertThat(metrics.path("success_rate").doubleValue()).isEqualTo(1.0);
            assertThat(metrics.path("completed_tasks").intValue()).isEqualTo(1);
            assertThat(counted.get("/metrics").text())
                    .contains("escapement_attempts_ended_total{outcome=\"DRY_RUN\"} 1.0");
        }
    }

    @Test
    void the_answer_to_the_submit_and_the_list_say_which_tasks_are_dry_runs() {
        JsonNode stored = server.post(
                        "/api/v1/tasks", "{\"action_name\":\"echo\",\"queue\":\"listed\",\"dry_run\":true}")
                .is(201)
                .json();
        server.submit("{\"action_name\":\"echo\",\"queue\":\"listed\"}");

        assertThat(stored.path("dry_run").booleanValue()).isTrue();
        assertThat(server.get("/api/v1/tasks?queue=listed").is(200).json().path("items"))
                .extracting(task -> task.path("dry_run").booleanValue())
                .containsExactlyInAnyOrder(true, false);
        assertThat(server.post("/api/v1/tasks", "{\"action_name\":\"echo\",\"dry_run\":\"yes\"}")
                        .faultPaths())
                .containsExactly("/dry_run");
    }

    private static String dryRun(String action, String params) {
        return server.submit(
                "{\"action_name\":\"%s\",\"action_params\":%s,\"dry_run\":true}".formatted(action, params));
    }

    private static List<String> outcomes(String id) {
        return server.attempts(id).stream()
                .map(attempt -> attempt.path("outcome").textValue())
                .toList();
    }

    private static Outcome succeeded(String plan) {
        return new Outcome.Succeeded(Json.parse(plan));
    }

    /** Makes a plan; a real run would be noticed. */
    private record Planner(String name, TestAction.Body plan) implements DryRunnable {
        @Override
        public String description() {
            return "For tests.";
        }

        @Override
        public Outcome run(ActionContext context) {
            runs.incrementAndGet();
            return new Outcome.Succeeded(null);
        }

        @Override
        public Outcome dryRun(ActionContext context) throws Exception {
            return plan.run(context);
        }
    }

    /** Returns its parameters, of which success: false is a failure. */
    private record Soft(String name) implements Action {
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
            return new Outcome.Succeeded(context.params());
        }
    }
}
