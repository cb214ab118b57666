package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the gate lets run, holds and rejects, under the policy in force. */
class GateDbTest {
    private final Recorder recorder = new Recorder();
    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database, recorder.actions());
    }

    @AfterEach
    void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_risky_unsure_task_is_held_before_a_dry_run_and_a_sure_one_runs_dry() {
        long before = deferrals();
        String unsure = server.submit("""
                {"action_name":"record","description":"fill credit_card","risk_level":"HIGH","confidence_score":0.4,"dry_run":true,
                 "action_params":{"name":"card"}}""");
        String sure = server.submit("""
                {"action_name":"record","description":"fill email","risk_level":"HIGH","confidence_score":0.9,"dry_run":true,
                 "action_params":{"name":"email"}}""");

        JsonNode held = server.await(unsure, "DEFERRED");
        JsonNode done = server.await(sure, "COMPLETED");

        assertThat(held.path("reason").textValue()).isEqualTo("HIGH risk: confidence 0.40 < 0.70");
        assertThat(held.path("payload_digest").textValue()).matches("[0-9a-f]{64}");
        assertThat(done.path("result"))
                .isEqualTo(Json.parse("{\"dry_run\":true,\"message\":\"Dry-run mode: fill email not executed\"}"));
        assertThat(recorder.started()).isEmpty();
        assertThat(deferrals()).isEqualTo(before + 1);
    }

    @Test
    void by_default_only_high_risk_needs_a_confidence_and_that_of_seven_tenths() {
        List<String> run = List.of(
                submit("HIGH", "0.7"),
                submit("HIGH", "1"),
                submit("MEDIUM", "0.0"),
                submit("LOW", "0.0"),
                submit("LOW", "null"));
        List<String> held = List.of(
                submit("HIGH", "0.6999"), submit("HIGH", "0.6999999"), submit("HIGH", "0.0"), submit("HIGH", "null"));

        run.forEach(id -> server.await(id, "COMPLETED"));
        held.forEach(id -> server.await(id, "DEFERRED"));
        assertThat(recorder.started()).hasSize(run.size());
    }

    @Test
    void what_is_no_confidence_is_refused_by_name() {
        for (String confidence : List.of("-0.1", "1.01", "\"0.9\"", "\"NaN\"", "1e400")) {
            assertThat(server.post("/api/v1/tasks", task("HIGH", confidence)).faultPaths())
                    .as(confidence)
                    .containsExactly("/confidence_score");
        }
        server.post("/api/v1/tasks", task("HIGH", "NaN")).problem(400); // no JSON at all
        assertThat(Sql.number(database, "select count(*) from escapement.task")).isZero();
    }

    @Test
    void every_decision_about_a_task_that_rules_apply_to_is_kept_with_what_it_was_made_of() {
        String held = submit("HIGH", "0.4");
        String passed = submit("HIGH", "0.9");
        String free = submit("LOW", "0.9");
        server.await(passed, "COMPLETED");
        server.await(free, "COMPLETED");

        JsonNode decision = decisions(held).getFirst();

        assertThat(decision.path("decision").textValue()).isEqualTo("HOLD");
        assertThat(decision.path("code").textValue()).isEqualTo("CONFIDENCE_BELOW_MINIMUM");
        assertThat(decision.path("confidence_score").decimalValue()).isEqualByComparingTo("0.4");
        assertThat(decision.path("threshold").decimalValue()).isEqualByComparingTo("0.7");
        assertThat(decision.path("statistic").textValue()).isEqualTo("raw");
        assertThat(decision.path("policy_version").intValue()).isEqualTo(1);
        assertThat(decision.path("attempt").intValue()).isEqualTo(1);
        assertThat(decision.path("approvals_needed").intValue()).isEqualTo(1);
        assertThat(decision.path("map_version").isNull()).isTrue();
        assertThat(codes(passed)).containsExactly("RUN PASSED");
        assertThat(codes(free)).isEmpty();
        assertThat(server.attempts(passed).getFirst().path("policy_version").intValue())
                .isEqualTo(1);
        assertThat(server.attempts(free).getFirst().path("policy_version").isNull())
                .isTrue();
    }

    @Test
    void the_gated_policy_has_three_tiers_and_may_be_changed_while_the_server_runs() {
        put("{\"preset\":\"gated\",\"version\":1,\"reason\":\"three tiers\"}");
        Map<String, String> wanted = Map.of(
                "0.92", "COMPLETED",
                "0.85", "COMPLETED",
                "0.84", "DEFERRED",
                "0.55", "DEFERRED",
                "0.5499", "SKIPPED");
        wanted.forEach((confidence, status) -> {
            JsonNode task = server.await(submit("MEDIUM", confidence), status);
            if (status.equals("SKIPPED")) {
                assertThat(task.path("reason").textValue())
                        .isEqualTo("MEDIUM risk: confidence 0.5499 < 0.55, below which nobody is asked");
            }
        });
        String ambiguous = server.submit("""
                {"action_name":"record","confidence_score":0.3,"metadata":{"ambiguous":true}}""");
        assertThat(server.await(ambiguous, "DEFERRED").path("reason").textValue())
                .contains("to be clarified");

        put("""
                {"version":2,"reason":"stricter","rules":[{"risk_level":"MEDIUM","minimum_confidence":0.9,"reject_below":0.6}]}""");

        server.await(submit("MEDIUM", "0.89"), "DEFERRED");
        server.await(submit("MEDIUM", "0.92"), "COMPLETED");
        server.await(submit("MEDIUM", "0.55"), "SKIPPED");
        assertThat(
                        Sql.texts(
                                database,
                                "select target || ' ' || reason from escapement.audit where operation = 'policy.put' order by id"))
                .containsExactly("2 three tiers", "3 stricter");
    }

    @Test
    void a_change_of_policy_counts_at_once_for_tasks_that_wait() {
        String blocker = server.submit("hold", "{\"name\":\"blocker\"}");
        String waits = server.submit("""
                {"action_name":"record","risk_level":"LOW","confidence_score":0.2,"dependencies":["%s"]}""".formatted(blocker));
        String later = server.submit("""
                {"action_name":"record","risk_level":"LOW","confidence_score":0.2,"delay_seconds":1.5}""");
        String held = submit("HIGH", "0.4");
        server.await(held, "DEFERRED");

        put("""
                {"version":1,"reason":"swap","rules":[{"risk_level":"LOW","minimum_confidence":0.5},{"risk_level":"HIGH","minimum_confidence":0.3}]}""");

        server.await(held, "COMPLETED");
        recorder.release();
        server.await(waits, "DEFERRED");
        server.await(later, "DEFERRED");
        assertThat(codes(held)).containsExactly("HOLD CONFIDENCE_BELOW_MINIMUM", "RUN PASSED");
        assertThat(recorder.started()).hasSize(2).contains("blocker");
    }

    @Test
    void many_waiting_tasks_are_held_by_a_stricter_policy_before_any_of_them_starts() {
        String batch = "{\"action_name\":\"record\",\"risk_level\":\"LOW\",\"queue\":\"slow\"}";
        server.post("/api/v1/tasks", batch).is(201);
        Eventually.within(
                Duration.ofSeconds(10), () -> assertThat(recorder.started()).hasSize(1));
        server.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"slow\",\"reason\":\"test\"}")
                .is(201);
        server.submitMany(3000, batch);

        put("{\"version\":1,\"reason\":\"stricter\",\"rules\":[{\"risk_level\":\"LOW\",\"minimum_confidence\":0.5}]}");
        server.delete("/api/v1/holds/queue/slow").is(204);

        server.awaitCount(Duration.ofSeconds(20), "DEFERRED", 3000);
        assertThat(recorder.started()).hasSize(1);

        put("{\"version\":2,\"reason\":\"all is well\",\"rules\":[]}");
        server.awaitCount(Duration.ofSeconds(20), "COMPLETED", 3001);
    }

    @Test
    void a_rule_for_an_action_stands_above_that_of_its_risk_level() {
        put("""
                {"version":1,"reason":"by action","rules":[
                  {"risk_level":"HIGH","minimum_confidence":0.9},
                  {"risk_level":"HIGH","action":"record","minimum_confidence":0.2},
                  {"risk_level":"LOW","action":"echo","always_hold":true}]}""");

        server.await(submit("HIGH", "0.5"), "COMPLETED");
        server.await(
                server.submit("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.5}"),
                "DEFERRED");
        JsonNode always = server.await(server.submit("{\"action_name\":\"echo\",\"confidence_score\":1}"), "DEFERRED");
        assertThat(always.path("reason").textValue()).isEqualTo("LOW risk: a person decides, whatever the confidence");
        String noRule = submit("LOW", "0.1");
        server.await(noRule, "COMPLETED");
        assertThat(codes(noRule)).isEmpty();
    }

    @Test
    void what_cannot_be_undone_may_need_a_person_however_sure_its_submitter_is() {
        put("""
                {"version":1,"reason":"undo","rules":[{"risk_level":"HIGH","minimum_confidence":0.7,"hold_irreversible":true}]}""");
        String rest = "\"action_name\":\"record\",\"risk_level\":\"HIGH\",\"confidence_score\":0.99";

        server.await(server.submit("{" + rest + ",\"reversible\":false}"), "DEFERRED");
        server.await(server.submit("{" + rest + ",\"reversible\":true}"), "COMPLETED");
        server.await(server.submit("{" + rest + "}"), "COMPLETED");
    }

    @Test
    void a_rule_may_run_dry_or_merely_record_instead_of_holding() {
        put("""
                {"version":1,"reason":"try it","rules":[
                  {"risk_level":"HIGH","minimum_confidence":0.7,"effect":"record"},
                  {"risk_level":"MEDIUM","minimum_confidence":0.7,"effect":"dry_run"}]}""");
        String recorded = submit("HIGH", "0.1");
        String dry = server.submit("""
                {"action_name":"record","risk_level":"MEDIUM","confidence_score":0.1,"action_params":{"name":"parent"},
                 "conditional_branches":[{"condition_type":"success","next_task_template":
                   {"action_name":"record","action_params":{"name":"child"}}}]}""");

        server.await(recorded, "COMPLETED");
        JsonNode planned = server.await(dry, "COMPLETED");

        assertThat(codes(recorded)).containsExactly("RECORD CONFIDENCE_BELOW_MINIMUM");
        assertThat(codes(dry)).containsExactly("DRY_RUN CONFIDENCE_BELOW_MINIMUM");
        assertThat(planned.at("/result/dry_run").booleanValue()).isTrue();
        server.get("/api/v1/workflows/" + dry + "/wait").is(200);
        String child = Sql.texts(database, "select id::text from escapement.task where parent_id = " + dry)
                .getFirst();
        assertThat(server.await(child, "COMPLETED").path("dry_run").booleanValue())
                .isTrue();
        assertThat(recorder.started()).containsExactly("");
    }

    @Test
    void high_risk_runs_dry_where_the_setting_says_so_until_somebody_chooses_a_policy() {
        server.close();
        try (TestServer careful =
                TestServer.with().actions(recorder.actions()).dryRun(true).start(database)) {
            String high = submit(careful, "HIGH", "0.9");
            String medium = submit(careful, "MEDIUM", "0.9");
            assertThat(careful.await(high, "COMPLETED").at("/result/dry_run").booleanValue())
                    .isTrue();
            careful.await(medium, "COMPLETED");
            careful.await(submit(careful, "HIGH", "0.4"), "DEFERRED");
            assertThat(recorder.started()).hasSize(1);
            careful.put("/api/v1/policy", "{\"preset\":\"default\",\"version\":2,\"reason\":\"for real\"}")
                    .is(200);
        }
        server = TestServer.with().actions(recorder.actions()).dryRun(true).start(database);

        server.await(submit("HIGH", "0.9"), "COMPLETED");

        assertThat(recorder.started()).hasSize(2);
    }

    @Test
    void an_unanswered_request_counts_as_rejected_and_what_waits_goes_its_way() {
        put("""
                {"version":1,"reason":"quick","rules":[{"risk_level":"HIGH","minimum_confidence":0.7,"expires_after_seconds":1}]}""");
        Map<String, String> ids = server.submitBatch("""
                {"tasks":[{"ref":"held","action_name":"record","risk_level":"HIGH","confidence_score":0.4},
                  {"ref":"needs","action_name":"record","dependencies":["held"]},
                  {"ref":"any","action_name":"record","dependencies":[{"task_id":"held","required_status":"ANY"}]}]}""");

        JsonNode skipped = server.await(ids.get("held"), "SKIPPED");

        assertThat(skipped.path("reason").textValue())
                .isEqualTo("not approved in time: HIGH risk: confidence 0.40 < 0.70");
        server.await(ids.get("any"), "COMPLETED");
        assertThat(server.task(ids.get("needs")).path("status").textValue()).isEqualTo("BLOCKED");
    }

    @Test
    void attempts_of_a_task_that_passed_need_no_second_decision() {
        AtomicInteger runs = new AtomicInteger();
        server.close();
        server = TestServer.start(
                database,
                new TestAction(
                        "flaky",
                        context -> runs.incrementAndGet() < 3
                                ? new Outcome.Failed("not yet", true)
                                : new Outcome.Succeeded(null)));
        String id = server.submit("""
                {"action_name":"flaky","risk_level":"HIGH","confidence_score":0.8,"retry":{"first_seconds":0.05}}""");

        server.await(id, "COMPLETED");

        assertThat(runs).hasValue(3);
        assertThat(codes(id)).containsExactly("RUN PASSED");
    }

    @Test
    void the_gate_decides_again_between_attempts_when_the_policy_changed() {
        String id = server.submit("""
                {"action_name":"fail","action_params":{"message":"no","times":1},"risk_level":"HIGH","confidence_score":0.8,
                 "retry":{"first_seconds":1.5}}""");
        server.await(id, "SCHEDULED");

        put("{\"version\":1,\"reason\":\"stricter\",\"rules\":[{\"risk_level\":\"HIGH\",\"minimum_confidence\":0.9}]}");

        server.await(id, "DEFERRED");
        assertThat(codes(id)).containsExactly("RUN PASSED", "HOLD CONFIDENCE_BELOW_MINIMUM");
    }

    @Test
    void children_of_a_task_that_passed_are_judged_by_their_own_risk() {
        String parent = server.submit("""
                {"action_name":"record","conditional_branches":[{"condition_type":"success","next_task_template":
                  {"action_name":"record","risk_level":"HIGH","confidence_score":0.2}}]}""");

        server.await(parent, "COMPLETED");

        String child = Sql.texts(database, "select id::text from escapement.task where parent_id = " + parent)
                .getFirst();
        server.await(child, "DEFERRED");
        assertThat(recorder.started()).hasSize(1);
    }

    @Test
    void a_preview_says_what_rules_would_do_and_changes_nothing() {
        server.submitMany(5, "{\"action_name\":\"record\",\"confidence_score\":0.6,\"delay_seconds\":600}");
        server.submitMany(4, "{\"action_name\":\"record\",\"confidence_score\":0.1,\"delay_seconds\":600}");
        server.submitMany(3, "{\"action_name\":\"record\",\"risk_level\":\"HIGH\",\"confidence_score\":0.6}");
        server.submitMany(2, "{\"action_name\":\"echo\",\"confidence_score\":0.6,\"delay_seconds\":600}");

        JsonNode preview = server.post("/api/v1/policy/preview", """
                        {"rules":[{"risk_level":"LOW","minimum_confidence":0.7,"reject_below":0.5},
                                  {"risk_level":"LOW","action":"echo","minimum_confidence":0.7,"effect":"record"},
                                  {"risk_level":"LOW","action":"nobody-has-it","always_hold":true}]}""").is(200).json();

        assertThat(preview).isEqualTo(Json.parse("""
                {"waiting":14,"held":5,"rejected":4,"dry_run":0,"recorded":2,"held_now":3,"released":3}"""));
        assertThat(server.get("/api/v1/policy").is(200).json().path("version").intValue())
                .isEqualTo(1);
        assertThat(server.count("DEFERRED")).isEqualTo(3);
    }

    @Test
    void a_policy_is_refused_by_the_path_of_what_is_wrong_and_when_another_one_is_in_force() {
        assertThat(server.put("/api/v1/policy", """
                        {"version":1,"reason":"x","rules":[
                          {"risk_level":"HIGH","minimum_confidence":1.2,"effekt":"hold"},
                          {"risk_level":"HIGH"},
                          {"minimum_confidence":0.5,"reject_below":0.6},
                          {"risk_level":"LOW","statistic":"median","on_expiry":"approve","approvals":10,"groups":["a b",7],
                           "expires_after_seconds":0,"action":"<b>"}]}""").faultPaths())
                .containsExactlyInAnyOrder(
                        "/rules/0/minimum_confidence",
                        "/rules/0/effekt",
                        "/rules/1",
                        "/rules/2/risk_level",
                        "/rules/2/reject_below",
                        "/rules/2",
                        "/rules/3/statistic",
                        "/rules/3/on_expiry",
                        "/rules/3/approvals",
                        "/rules/3/groups/0",
                        "/rules/3/groups/1",
                        "/rules/3/expires_after_seconds",
                        "/rules/3/action");
        assertThat(server.put("/api/v1/policy", "{\"version\":1,\"reason\":\"x\"}")
                        .faultPaths())
                .containsExactly("/rules");
        assertThat(server.put("/api/v1/policy", "{\"version\":1,\"reason\":\"x\",\"preset\":\"gated\",\"rules\":[]}")
                        .faultPaths())
                .containsExactly("/rules");
        JsonNode conflict = server.put("/api/v1/policy", "{\"version\":7,\"reason\":\"x\",\"preset\":\"gated\"}")
                .problem(409);
        assertThat(conflict.path("detail").textValue()).contains("version 1 is in force", "version 7");
        assertThat(server.get("/api/v1/policy/versions").is(200).json().path("items"))
                .hasSize(1);
        assertThat(server.get("/api/v1/policy/versions/1")
                        .is(200)
                        .json()
                        .path("created_by")
                        .textValue())
                .isEqualTo("server");
        server.get("/api/v1/policy/versions/2").problem(404);
        server.get("/api/v1/policy/versions/x").problem(404);
    }

    private String submit(String risk, String confidence) {
        return submit(server, risk, confidence);
    }

    private static String submit(TestServer server, String risk, String confidence) {
        return server.submit(task(risk, confidence));
    }

    private static String task(String risk, String confidence) {
        return "{\"action_name\":\"record\",\"risk_level\":\"%s\",\"confidence_score\":%s}".formatted(risk, confidence);
    }

    private void put(String policy) {
        server.put("/api/v1/policy", policy).is(200);
    }

    private List<JsonNode> decisions(String id) {
        List<JsonNode> decisions = new ArrayList<>();
        server.get("/api/v1/tasks/" + id + "/decisions")
                .is(200)
                .json()
                .path("items")
                .forEach(decisions::add);
        return decisions;
    }

    private List<String> codes(String id) {
        return decisions(id).stream()
                .map(one -> one.path("decision").textValue() + " "
                        + one.path("code").textValue())
                .toList();
    }

    private long deferrals() {
        return server.metrics().path("total_deferred").longValue();
    }
}
