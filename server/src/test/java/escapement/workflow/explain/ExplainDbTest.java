package escapement.workflow.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Why a task is not running, over HTTP. */
class ExplainDbTest {
    private static final String LATER = "{\"action_name\":\"echo\",\"delay_seconds\":3600}";
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
        recorder.release();
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void each_task_that_is_waited_for_is_named_the_worst_first() {
        String running = server.submit("hold", "{\"name\":\"running\"}");
        String failed = server.submit("{\"action_name\":\"fail\",\"max_attempts\":1}");
        String completed = server.submit("echo", "{}");
        server.await(running, "IN_PROGRESS");
        server.await(failed, "FAILED");
        server.await(completed, "COMPLETED");
        String id = server.submit("""
                {"action_name":"echo","dependencies":["%s","%s",{"task_id":"%s","required_status":"FAILED"}]}""".formatted(running, failed, completed));

        JsonNode explanation = explain(id);

        assertThat(explanation.path("task_id").textValue()).isEqualTo(id);
        assertThat(explanation.path("status").textValue()).isEqualTo("BLOCKED");
        assertThat(explanation.path("summary").textValue())
                .isEqualTo("task %s is BLOCKED: waits for task %s, which is COMPLETED and was to be FAILED: "
                                .formatted(id, completed)
                        + "that cannot come any more (and 2 more reasons)");
        assertThat(codes(explanation)).containsExactly("DEPENDENCY", "DEPENDENCY", "DEPENDENCY");
        assertThat(values(explanation, "upstream_id")).containsExactly(completed, failed, running);
        assertThat(values(explanation, "upstream_status")).containsExactly("COMPLETED", "FAILED", "IN_PROGRESS");
        assertThat(values(explanation, "outlook")).containsExactly("IMPOSSIBLE", "NEEDS_PERSON", "OPEN");
        assertThat(values(explanation, "required_status")).containsExactly("FAILED", "COMPLETED", "COMPLETED");
        assertThat(explanation.at("/reasons/1/message").textValue()).endsWith("retry it");
    }

    @Test
    void a_chain_is_followed_up_to_the_task_that_keeps_it() {
        String failed = server.submit("{\"action_name\":\"fail\",\"max_attempts\":1}");
        server.await(failed, "FAILED");
        String middle = server.submit("{\"action_name\":\"echo\",\"dependencies\":[\"" + failed + "\"]}");
        String id = server.submit("{\"action_name\":\"echo\",\"dependencies\":[\"" + middle + "\"]}");

        JsonNode reason = explain(id).at("/reasons/0");

        assertThat(reason.path("upstream_id").textValue()).isEqualTo(middle);
        assertThat(reason.path("outlook").textValue()).isEqualTo("NEEDS_PERSON");
        assertThat(reason.path("because_of_id").textValue()).isEqualTo(failed);
        assertThat(reason.path("because_of_status").textValue()).isEqualTo("FAILED");
    }

    @Test
    void a_chain_whose_beginning_still_goes_on_stays_open() {
        String first = server.submit(LATER);
        String middle = server.submit("{\"action_name\":\"echo\",\"dependencies\":[\"" + first + "\"]}");
        String id = server.submit("{\"action_name\":\"echo\",\"dependencies\":[\"" + middle + "\"]}");

        JsonNode reason = explain(id).at("/reasons/0");

        assertThat(reason.path("upstream_status").textValue()).isEqualTo("BLOCKED");
        assertThat(reason.path("outlook").textValue()).isEqualTo("OPEN");
        assertThat(reason.path("because_of_id").isNull()).isTrue();
    }

    @Test
    void twenty_are_named_and_the_others_counted() {
        List<String> upstreams = server.submitMany(25, LATER);
        String id = server.submit(
                "{\"action_name\":\"echo\",\"dependencies\":[\"%s\"]}".formatted(String.join("\",\"", upstreams)));

        JsonNode explanation = explain(id);

        assertThat(explanation.path("reasons")).hasSize(21);
        assertThat(explanation.at("/reasons/20/code").textValue()).isEqualTo("MORE_DEPENDENCIES");
        assertThat(explanation.at("/reasons/20/more").intValue()).isEqualTo(5);
    }

    @Test
    void the_time_a_dependency_has_left_is_told() {
        String upstream = server.submit(LATER);
        String id = server.submit("""
                {"action_name":"echo","delay_seconds":7200,"dependencies":[{"task_id":"%s","timeout_seconds":600}]}""".formatted(upstream));

        JsonNode explanation = explain(id);

        JsonNode reason = explanation.at("/reasons/0");
        assertThat(reason.path("timeout_seconds").intValue()).isEqualTo(600);
        assertThat(reason.path("timeout_in_seconds").doubleValue()).isBetween(500.0, 600.0);
        assertThat(Instant.parse(reason.path("timeout_at").textValue())).isAfter(Instant.now());
        assertThat(codes(explanation)).containsExactly("DEPENDENCY", "NOT_BEFORE");
    }

    @Test
    void a_first_run_and_a_back_off_tell_when_and_after_what() {
        String first = server.submit(LATER);
        String second = server.submit("""
                {"action_name":"fail","action_params":{"message":"no connection"},"max_attempts":5,
                 "retry":{"first_seconds":3000}}""");
        server.await(second, "SCHEDULED");

        JsonNode run = explain(first).at("/reasons/0");
        JsonNode backOff = explain(second).at("/reasons/0");

        assertThat(run.path("code").textValue()).isEqualTo("FIRST_RUN");
        assertThat(run.path("in_seconds").doubleValue()).isBetween(3500.0, 3600.0);
        assertThat(backOff.path("code").textValue()).isEqualTo("BACK_OFF");
        assertThat(backOff.path("in_seconds").doubleValue()).isBetween(2900.0, 3000.0);
        assertThat(backOff.path("attempt").intValue()).isEqualTo(1);
        assertThat(backOff.path("max_attempts").intValue()).isEqualTo(5);
        assertThat(backOff.path("outcome").textValue()).isEqualTo("FAILED");
        assertThat(backOff.path("message").textValue()).contains("after attempt 1 of 5 ended FAILED: no connection");
    }

    @Test
    void a_held_queue_is_named_with_who_held_it_and_how_many_stand_before() {
        server.await(server.submit("{\"action_name\":\"echo\",\"queue\":\"mail\"}"), "COMPLETED");
        server.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"mail\",\"reason\":\"the provider is down\"}")
                .is(201);
        List<String> ids = server.submitMany(3, "{\"action_name\":\"echo\",\"queue\":\"mail\"}");

        JsonNode explanation = explain(ids.get(2));

        assertThat(codes(explanation)).containsExactly("QUEUE_HELD", "TASKS_BEFORE", "SLOTS_FREE");
        JsonNode held = explanation.at("/reasons/0");
        assertThat(held.path("queue").textValue()).isEqualTo("mail");
        assertThat(held.path("by").textValue()).isEqualTo("local");
        assertThat(held.path("reason").textValue()).isEqualTo("the provider is down");
        assertThat(held.path("held_seconds").doubleValue()).isBetween(0.0, 60.0);
        assertThat(explanation.at("/reasons/1/before").intValue()).isEqualTo(2);
        assertThat(explanation.at("/reasons/1/more_than").booleanValue()).isFalse();
    }

    @Test
    void an_urgent_task_has_fewer_before_it() {
        server.await(server.submit("{\"action_name\":\"echo\",\"queue\":\"urgent\"}"), "COMPLETED");
        server.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"urgent\",\"reason\":\"test\"}")
                .is(201);
        server.submitMany(3, "{\"action_name\":\"echo\",\"queue\":\"urgent\"}");
        String id = server.submit("{\"action_name\":\"echo\",\"queue\":\"urgent\",\"priority\":\"CRITICAL\"}");

        assertThat(explain(id).at("/reasons/1/before").intValue()).isZero();
    }

    @Test
    void an_action_that_no_live_node_offers_is_named_with_those_that_did() {
        server.await(server.submit("{\"action_name\":\"echo\",\"queue\":\"rare\"}"), "COMPLETED");
        server.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"rare\",\"reason\":\"test\"}")
                .is(201);
        String id;
        String gone;
        try (TestServer other = TestServer.start(database, TestAction.noop("rare"))) {
            id = other.submit("{\"action_name\":\"rare\",\"queue\":\"rare\"}");
            gone = other.metrics().at("/node/name").textValue();
        }
        server.send(java.net.http.HttpRequest.newBuilder(server.uri("/api/v1/holds/queue/rare"))
                        .DELETE()
                        .build())
                .is(204);

        JsonNode explanation = explain(id);

        assertThat(codes(explanation)).containsExactly("ACTION_NOT_OFFERED", "TASKS_BEFORE");
        JsonNode reason = explanation.at("/reasons/0");
        assertThat(reason.path("action_name").textValue()).isEqualTo("rare");
        assertThat(reason.path("live_nodes").intValue()).isEqualTo(1);
        assertThat(reason.path("last_offered_by")).hasSize(1);
        assertThat(reason.at("/last_offered_by/0").textValue()).isEqualTo(gone);
    }

    @Test
    void slots_that_are_all_taken_are_counted_by_node() {
        Recorder own = new Recorder();
        try (TestDatabase small = TestDatabase.create();
                TestServer one =
                        TestServer.with().limit(1).actions(own.actions()).start(small)) {
            one.await(one.submit("hold", "{\"name\":\"only\"}"), "IN_PROGRESS");
            String id = one.submit("echo", "{}");

            JsonNode explanation = explain(one, id);

            assertThat(codes(explanation)).containsExactly("SLOTS_TAKEN", "TASKS_BEFORE");
            JsonNode slots = explanation.at("/reasons/0");
            assertThat(slots.path("running").intValue()).isEqualTo(1);
            assertThat(slots.path("limit").intValue()).isEqualTo(1);
            assertThat(slots.path("cluster_limit").intValue()).isEqualTo(1);
            assertThat(slots.path("nodes")).hasSize(1);
            assertThat(slots.at("/nodes/0/offers_action").booleanValue()).isTrue();
            own.release();
        }
    }

    @Test
    void a_running_task_tells_where_for_how_long_and_until_when() {
        String id = server.submit(
                "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":60000},\"timeout_seconds\":300}");
        server.await(id, "IN_PROGRESS");

        JsonNode explanation = explain(id);

        assertThat(codes(explanation)).containsExactly("RUNNING", "NODE_LIVES");
        JsonNode running = explanation.at("/reasons/0");
        assertThat(running.path("node").textValue())
                .isEqualTo(server.metrics().at("/node/name").textValue());
        assertThat(running.path("attempt").intValue()).isEqualTo(1);
        assertThat(running.path("timeout_seconds").intValue()).isEqualTo(300);
        assertThat(running.path("running_seconds").doubleValue()).isBetween(0.0, 60.0);
        assertThat(explanation.at("/reasons/1/lease_left_seconds").doubleValue())
                .isBetween(0.0, 30.0);
        server.post("/api/v1/tasks/" + id + "/cancel", "{\"reason\":\"seen enough\"}")
                .is(200);
    }

    @Test
    void an_end_tells_how_when_and_why() {
        String failed = server.submit(
                "{\"action_name\":\"fail\",\"action_params\":{\"message\":\"no connection\"},\"max_attempts\":1}");
        server.await(failed, "FAILED");
        String cancelled = server.submit(LATER);
        server.post("/api/v1/tasks/" + cancelled + "/cancel", "{\"reason\":\"not needed\"}")
                .is(200);

        JsonNode failure = explain(failed);
        JsonNode cancellation = explain(cancelled);

        assertThat(codes(failure)).containsExactly("ENDED");
        assertThat(failure.path("summary").textValue())
                .startsWith("task " + failed + " is FAILED: ended ")
                .endsWith("after 1 attempt: no connection");
        assertThat(failure.at("/reasons/0/attempt_count").intValue()).isEqualTo(1);
        assertThat(cancellation.path("summary").textValue()).endsWith("after no attempt: not needed");
        assertThat(Instant.parse(cancellation.at("/reasons/0/ended_at").textValue()))
                .isBefore(Instant.now());
    }

    @Test
    void what_the_gate_holds_tells_why_until_when_and_what_helps() {
        String id = server.submit("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.4}");
        JsonNode task = server.await(id, "DEFERRED");

        JsonNode explanation = explain(id);

        assertThat(codes(explanation)).containsExactly("DEFERRED");
        JsonNode held = explanation.at("/reasons/0");
        assertThat(held.path("message").textValue())
                .startsWith("is held under policy version 1: HIGH risk: confidence 0.40 < 0.70; "
                        + "0 of 1 approval given, counts as rejected at ")
                .endsWith("; approve it, raise its confidence or reject it");
        assertThat(held.path("decision_code").textValue()).isEqualTo("CONFIDENCE_BELOW_MINIMUM");
        assertThat(held.path("policy_version").intValue()).isEqualTo(1);
        assertThat(held.path("value").decimalValue()).isEqualByComparingTo("0.4");
        assertThat(held.path("threshold").decimalValue()).isEqualByComparingTo("0.7");
        assertThat(held.path("approvals_given").intValue()).isZero();
        assertThat(held.path("approvals_needed").intValue()).isEqualTo(1);
        assertThat(held.path("expires_in_seconds").doubleValue()).isBetween(86_000.0, 86_400.0);
        assertThat(Instant.parse(held.path("expires_at").textValue())).isAfter(Instant.now());
        assertThat(held.path("payload_digest").textValue())
                .isEqualTo(task.path("payload_digest").textValue());
    }

    @Test
    void who_waits_for_a_held_task_is_told_that_it_needs_a_person() {
        String held = server.submit("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\"}");
        server.await(held, "DEFERRED");
        String id = server.submit("{\"action_name\":\"echo\",\"dependencies\":[\"" + held + "\"]}");

        JsonNode reason = explain(id).at("/reasons/0");

        assertThat(reason.path("upstream_status").textValue()).isEqualTo("DEFERRED");
        assertThat(reason.path("outlook").textValue()).isEqualTo("NEEDS_PERSON");
    }

    @Test
    void a_branch_that_must_be_taken_first_is_named_by_its_task() {
        String source = server.submit(LATER);
        String id = server.submit(LATER);
        blockUntilTaken(id, source);

        JsonNode reason = explain(id).at("/reasons/0");

        assertThat(reason.path("code").textValue()).isEqualTo("BRANCH");
        assertThat(reason.path("source_id").textValue()).isEqualTo(source);
        assertThat(reason.path("source_status").textValue()).isEqualTo("SCHEDULED");
    }

    @Test
    void an_unknown_task_is_not_found() {
        server.get("/api/v1/tasks/77/explain").problem(404);
        assertThat(server.get("/api/v1/tasks/nonsense/explain")
                        .problem(404)
                        .path("detail")
                        .textValue())
                .contains("nonsense");
    }

    @Test
    void twenty_tasks_that_may_take_it_are_named_and_the_others_counted() {
        String id = server.submit(LATER);
        List<String> sources = server.submitMany(22, LATER);
        blockUntilTaken(id, sources.getFirst());
        sources.stream()
                .skip(1)
                .forEach(source -> Sql.update(
                        database,
                        "insert into escapement.branch_target (source, target) values (?, ?)",
                        Long.parseLong(source),
                        Long.parseLong(id)));

        JsonNode explanation = explain(id);

        assertThat(codes(explanation)).filteredOn("BRANCH"::equals).hasSize(20);
        assertThat(explanation.at("/reasons/20/code").textValue()).isEqualTo("MORE_BRANCHES");
        assertThat(explanation.at("/reasons/20/more").intValue()).isEqualTo(2);
    }

    private static void blockUntilTaken(String id, String source) {
        Sql.update(
                database,
                "insert into escapement.branch_target (source, target) values (?, ?)",
                Long.parseLong(source),
                Long.parseLong(id));
        Sql.update(database, """
                with moved as (
                    update escapement.live set status = 'BLOCKED', awaits_branch = true where id = ? returning id, queue
                )
                insert into escapement.journal (queue, from_status, to_status, n, task_ids)
                select queue, 'SCHEDULED', 'BLOCKED', 1, array[id] from moved""", Long.parseLong(id));
    }

    private static JsonNode explain(String id) {
        return explain(server, id);
    }

    private static JsonNode explain(TestServer node, String id) {
        return node.get("/api/v1/tasks/" + id + "/explain").is(200).json();
    }

    private static List<String> codes(JsonNode explanation) {
        return values(explanation, "code");
    }

    private static List<String> values(JsonNode explanation, String field) {
        List<String> values = new ArrayList<>();
        explanation
                .path("reasons")
                .forEach(reason -> values.add(reason.path(field).textValue()));
        return values;
    }
}
