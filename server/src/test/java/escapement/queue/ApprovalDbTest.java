package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Answer;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** People decide about tasks that the gate holds. */
class ApprovalDbTest {
    private static final Recorder recorder = new Recorder();
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database, recorder.actions());
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void an_approved_task_runs_once_and_the_audit_tells_who_let_it_and_why() {
        String id = held("approved", "");

        JsonNode answer = approve(id, digest(id), "checked").is(200).json();

        assertThat(answer.at("/approvals/given").intValue()).isEqualTo(1);
        server.await(id, "COMPLETED");
        assertThat(runs("approved")).isEqualTo(1);
        assertThat(approve(id, "x".repeat(64), "again")
                        .problem(409)
                        .path("detail")
                        .textValue())
                .contains("is COMPLETED");
        assertThat(runs("approved")).isEqualTo(1);
        assertThat(server.attempts(id).getFirst().path("gate_path").textValue()).isEqualTo("HUMAN");
        assertThat(Sql.texts(database, """
                        select principal || ' ' || operation || ' ' || reason || ' ' || (old_value ->> 'status') || ' ' || (new_value ->> 'status') || ' '
                               || (detail ->> 'verified')
                          from escapement.audit where target = ? and outcome = 'DONE'""", id)).containsExactly("local task.approve checked DEFERRED PENDING false");
        assertThat(Sql.texts(
                        database,
                        "select detail ->> 'because' from escapement.audit where target = ? and outcome = 'REFUSED'",
                        id))
                .hasSize(1);
    }

    @Test
    void a_rejected_task_never_runs_and_its_dependents_say_what_they_wait_for() {
        Map<String, String> ids = server.submitBatch("""
                {"tasks":[{"ref":"no","action_name":"record","action_params":{"name":"rejected"},"risk_level":"HIGH"},
                  {"ref":"then","action_name":"record","action_params":{"name":"dependent"},"dependencies":["no"]}]}""");
        server.await(ids.get("no"), "DEFERRED");

        server.post("/api/v1/tasks/" + ids.get("no") + "/reject", "{\"reason\":\"too much\"}")
                .is(200);

        assertThat(server.task(ids.get("no")).path("reason").textValue()).isEqualTo("rejected by local: too much");
        JsonNode then = server.task(ids.get("then"));
        assertThat(then.path("status").textValue()).isEqualTo("BLOCKED");
        assertThat(then.path("reason").textValue()).contains(ids.get("no"), "SKIPPED");
        server.post("/api/v1/tasks/" + ids.get("no") + "/reject", "{\"reason\":\"too much\"}")
                .problem(409);

        server.post("/api/v1/tasks/" + ids.get("no") + "/retry", "{\"reason\":\"after all\"}")
                .is(200);
        server.await(ids.get("no"), "DEFERRED");
        approve(ids.get("no"), digest(ids.get("no")), "changed my mind").is(200);

        server.await(ids.get("then"), "COMPLETED");
        assertThat(runs("rejected")).isEqualTo(1);
    }

    @Test
    void raising_the_confidence_lets_the_gate_decide_anew() {
        String id = held("raised", "\"confidence_score\":0.4,");

        server.post("/api/v1/tasks/" + id + "/confidence", "{\"confidence_score\":0.65,\"reason\":\"a bit\"}")
                .is(200);
        assertThat(server.task(id).path("reason").textValue()).isEqualTo("HIGH risk: confidence 0.65 < 0.70");
        server.post("/api/v1/tasks/" + id + "/confidence", "{\"confidence_score\":0.75,\"reason\":\"looked at it\"}")
                .is(200);

        server.await(id, "COMPLETED");
        assertThat(server.attempts(id).getFirst().path("gate_path").textValue()).isEqualTo("HUMAN");
        assertThat(Sql.texts(
                        database,
                        "select code from escapement.gate_decision where task_id = ?::bigint order by id",
                        id))
                .containsExactly("CONFIDENCE_BELOW_MINIMUM", "CONFIDENCE_BELOW_MINIMUM", "PASSED");
        assertThat(server.post("/api/v1/tasks/" + id + "/confidence", "{\"confidence_score\":2,\"reason\":\"\"}")
                        .faultPaths())
                .contains("/confidence_score");
        server.post("/api/v1/tasks/" + id + "/confidence", "{\"confidence_score\":0.9,\"reason\":\"late\"}")
                .problem(409);
    }

    @Test
    void an_approval_is_for_what_the_person_saw_and_an_edit_voids_it() {
        String id = held("seen", "");
        String seen = digest(id);
        edit(id, "{\"name\":\"edited\"}");

        assertThat(approve(id, seen, "fine").problem(409).path("detail").textValue())
                .contains(digest(id), "look at it again");
        assertThat(server.post("/api/v1/tasks/" + id + "/approve", "{\"reason\":\"fine\"}")
                        .faultPaths())
                .containsExactly("/payload_digest");

        approve(id, digest(id), "fine").is(200);
        server.await(id, "COMPLETED");
        assertThat(runs("seen")).isZero();
        assertThat(runs("edited")).isEqualTo(1);
    }

    @Test
    void a_retry_of_an_approved_task_needs_no_second_approval_and_an_edited_one_does() {
        String same = failing();
        approve(same, digest(same), "fine").is(200);
        server.await(same, "FAILED");
        server.post("/api/v1/tasks/" + same + "/retry", "{\"reason\":\"again\"}")
                .is(200);
        server.await(same, "FAILED");

        String blocker = server.submit("hold", "{\"name\":\"blocker\"}");
        String edited = server.submit("""
                {"action_name":"record","action_params":{"name":"first"},"risk_level":"HIGH","confidence_score":0.1}""");
        server.await(edited, "DEFERRED");
        server.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"default\",\"reason\":\"test\"}")
                .is(201);
        approve(edited, digest(edited), "fine").is(200);
        edit(edited, "{\"name\":\"second\"}");
        server.delete("/api/v1/holds/queue/default").is(204);

        server.await(edited, "DEFERRED");
        recorder.release(1);
        server.await(blocker, "COMPLETED");
        assertThat(server.attempts(same)).hasSize(2);
        assertThat(runs("first") + runs("second")).isZero();
    }

    @Test
    void an_approval_may_be_for_a_dry_run_only() {
        String id = held("dry", "");

        server.post(
                        "/api/v1/tasks/" + id + "/approve",
                        "{\"reason\":\"let us see\",\"dry_run\":true,\"payload_digest\":\"" + digest(id) + "\"}")
                .is(200);

        JsonNode task = server.await(id, "COMPLETED");
        assertThat(task.at("/result/dry_run").booleanValue()).isTrue();
        assertThat(task.path("dry_run").booleanValue()).isTrue();
        assertThat(runs("dry")).isZero();
    }

    @Test
    void of_sixteen_people_who_approve_at_the_same_moment_one_lets_it_run_once() throws Exception {
        for (int round = 0; round < 10; round++) {
            String name = "race-" + round;
            String id = held(name, "");
            String digest = digest(id);
            CountDownLatch go = new CountDownLatch(1);
            List<Future<Answer>> answers = new ArrayList<>();
            try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 16; i++) {
                    answers.add(clients.submit(() -> {
                        go.await();
                        return approve(id, digest, "me first");
                    }));
                }
                go.countDown();
            }

            server.await(id, "COMPLETED");
            List<Integer> statuses = new ArrayList<>();
            for (Future<Answer> answer : answers) {
                statuses.add(answer.get().status());
            }
            assertThat(statuses).containsOnlyOnce(200).allMatch(status -> status == 200 || status == 409);
            assertThat(runs(name)).isEqualTo(1);
        }
    }

    @Test
    void nobody_can_approve_what_the_policy_lets_nobody_approve() {
        try (TestDatabase strict = TestDatabase.create();
                TestServer alone = TestServer.start(strict)) {
            alone.put("/api/v1/policy", """
                    {"version":1,"reason":"strict","rules":[{"risk_level":"HIGH","minimum_confidence":0.7,"approvals":0}]}""").is(200);
            String id = alone.submit("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.5}");
            String digest = alone.await(id, "DEFERRED").path("payload_digest").textValue();

            assertThat(alone.post(
                                    "/api/v1/tasks/" + id + "/approve",
                                    "{\"reason\":\"please\",\"payload_digest\":\"" + digest + "\"}")
                            .problem(409)
                            .path("detail")
                            .textValue())
                    .contains("nobody can approve");
            alone.put("/api/v1/policy", """
                    {"version":2,"reason":"two","rules":[{"risk_level":"HIGH","minimum_confidence":0.7,"approvals":2}]}""").is(200);
            String approve = "{\"reason\":\"please\",\"payload_digest\":\"" + digest + "\"}";
            alone.post("/api/v1/tasks/" + id + "/approve", approve).is(200);
            assertThat(alone.task(id).path("status").textValue()).isEqualTo("DEFERRED");
            assertThat(alone.post("/api/v1/tasks/" + id + "/approve", approve)
                            .problem(409)
                            .path("detail")
                            .textValue())
                    .contains("has approved task " + id + " already");
        }
    }

    @Test
    void the_evidence_holds_what_a_person_needs_to_decide() {
        for (int i = 0; i < 3; i++) {
            server.await(server.submit("record", "{\"name\":\"before\"}"), "COMPLETED");
        }
        String id = held("evidence", """
                "confidence_score":0.4,"reasoning":"the customer asked twice","alternatives":["call them","wait"],
                "reversible":false,"undo":"POST /refunds/7/cancel",""");
        String waits = server.submit("{\"action_name\":\"record\",\"dependencies\":[\"" + id + "\"]}");

        JsonNode evidence = server.get("/api/v1/approvals/" + id).is(200).json();

        assertThat(evidence.path("reason").textValue()).isEqualTo("HIGH risk: confidence 0.40 < 0.70");
        assertThat(evidence.at("/task/action_params/name").textValue()).isEqualTo("evidence");
        assertThat(evidence.at("/task/reasoning").textValue()).isEqualTo("the customer asked twice");
        assertThat(evidence.at("/task/alternatives")).hasSize(2);
        assertThat(evidence.at("/task/reversible").booleanValue()).isFalse();
        assertThat(evidence.at("/task/undo").textValue()).isEqualTo("POST /refunds/7/cancel");
        assertThat(evidence.at("/task/dependents_count").intValue()).isEqualTo(1);
        assertThat(evidence.path("latest_outcomes").get(0).path("outcome").textValue())
                .isEqualTo("SUCCEEDED");
        assertThat(evidence.path("payload_digest").textValue()).isEqualTo(digest(id));
        assertThat(evidence.path("on_rejection").textValue()).isEqualTo("SKIPPED");
        assertThat(evidence.path("expires_at").isTextual()).isTrue();
        assertThat(evidence.at("/dependents/0/id").textValue()).isEqualTo(waits);
        assertThat(evidence.at("/dependents/0/on_dependency_failure").textValue())
                .isEqualTo("block");
        assertThat(evidence.path("plan").isNull()).isTrue();
        server.get("/api/v1/approvals/" + server.submit("record", "{\"name\":\"free\"}"))
                .problem(404);
    }

    @Test
    void an_action_that_can_says_what_it_would_do_before_anybody_decides() {
        String id = server.submit("""
                {"action_name":"http_request","action_params":{"method":"POST","url":"http://127.0.0.1:1/refund"},"risk_level":"HIGH"}""");
        String nowhere = server.submit("""
                {"action_name":"http_request","action_params":{"url":"secret:NOBODY_SET_IT"},"risk_level":"HIGH"}""");

        JsonNode plan = server.get("/api/v1/approvals/" + id).is(200).json().path("plan");
        JsonNode none =
                server.get("/api/v1/approvals/" + nowhere).is(200).json().path("plan");

        assertThat(plan.path("method").textValue()).isEqualTo("POST");
        assertThat(plan.path("url").textValue()).isEqualTo("http://127.0.0.1:1/refund");
        assertThat(none.path("error").textValue()).contains("NOBODY_SET_IT");
        assertThat(server.task(id).path("status").textValue()).isEqualTo("DEFERRED");
        assertThat(server.attempts(id)).isEmpty();
    }

    @Test
    void those_that_wait_are_listed_by_urgency_page_by_page() {
        try (TestDatabase fresh = TestDatabase.create();
                TestServer alone = TestServer.start(fresh)) {
            List<String> ids = alone.submitMany(5, "{\"action_name\":\"echo\",\"risk_level\":\"HIGH\"}");
            alone.put("/api/v1/policy", """
                    {"version":1,"reason":"hurry","rules":[{"risk_level":"HIGH","minimum_confidence":0.7},
                      {"risk_level":"MEDIUM","minimum_confidence":0.7,"expires_after_seconds":600},
                      {"risk_level":"LOW","always_hold":true,"expires_after_seconds":null}]}""").is(200);
            String urgent = alone.submit("{\"action_name\":\"echo\",\"risk_level\":\"MEDIUM\"}");
            String never = alone.submit("{\"action_name\":\"echo\",\"risk_level\":\"LOW\"}");
            alone.awaitCount(java.time.Duration.ofSeconds(10), "DEFERRED", 7);

            List<String> listed = new ArrayList<>();
            String cursor = "";
            do {
                JsonNode page =
                        alone.get("/api/v1/approvals?limit=2" + cursor).is(200).json();
                page.path("items").forEach(item -> listed.add(item.path("id").textValue()));
                cursor = page.path("next").isTextual()
                        ? "&cursor=" + page.path("next").textValue()
                        : null;
            } while (cursor != null);

            assertThat(listed).hasSize(7).startsWith(urgent).endsWith(never).containsAll(ids);
            alone.get("/api/v1/approvals?cursor=x").problem(400);
        }
    }

    @Test
    void nothing_is_decided_by_a_get() {
        String id = held("get", "");
        for (String decision : List.of("approve", "reject", "confidence")) {
            assertThat(server.get("/api/v1/tasks/" + id + "/" + decision).status())
                    .isEqualTo(405);
        }
        assertThat(server.task(id).path("status").textValue()).isEqualTo("DEFERRED");
    }

    private static String held(String name, String fields) {
        String id = server.submit("{" + fields
                + "\"action_name\":\"record\",\"risk_level\":\"HIGH\",\"action_params\":{\"name\":\"" + name + "\"}}");
        server.await(id, "DEFERRED");
        return id;
    }

    private static String failing() {
        String id = server.submit("""
                {"action_name":"fail","action_params":{"message":"no"},"risk_level":"HIGH","max_attempts":1}""");
        server.await(id, "DEFERRED");
        return id;
    }

    private static void edit(String id, String params) {
        int version = server.task(id).path("version").intValue();
        server.patch(
                        "/api/v1/tasks/" + id,
                        "{\"version\":%d,\"reason\":\"edit\",\"action_params\":%s}".formatted(version, params))
                .is(200);
    }

    private static Answer approve(String id, String digest, String reason) {
        return server.post(
                "/api/v1/tasks/" + id + "/approve",
                "{\"reason\":\"%s\",\"payload_digest\":\"%s\"}".formatted(reason, digest));
    }

    private static String digest(String id) {
        return server.task(id).path("payload_digest").textValue();
    }

    private static long runs(String name) {
        return recorder.started().stream().filter(name::equals).count();
    }
}
