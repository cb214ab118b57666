package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Doing something to all tasks of a filter. */
class OperationsDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MANY = 5000;

    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
    }

    @AfterEach
    void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void five_thousand_tasks_are_cancelled_by_two_nodes_once_each_and_no_others() {
        server.submitMany(MANY, waiting("doomed"));
        server.submitMany(50, waiting("spared"));

        try (TestServer two = TestServer.start(database)) {
            String id = start("\"action\":\"cancel\",\"filter\":{\"queue\":\"doomed\"}");
            JsonNode done = awaitFinished(two, id);

            assertThat(done.path("matched").intValue()).isEqualTo(MANY);
            assertThat(done.path("done").intValue()).isEqualTo(MANY);
            assertThat(done.path("changed").intValue()).isEqualTo(MANY);
            assertThat(done.path("refused").intValue()).isZero();
            assertThat(done.path("by").textValue()).isEqualTo("local");
            assertThat(done.path("reason").textValue()).isEqualTo("because");
            assertThat(done.path("finished_at").isTextual()).isTrue();
        }

        server.awaitCount(PATIENCE, "CANCELLED", MANY);
        assertThat(server.count("SCHEDULED")).isEqualTo(50);
        assertThat(told("CANCELLED")).isEqualTo(MANY);
        assertThat(Sql.number(database, "select count(*) from escapement.ended where reason = 'because'"))
                .isEqualTo(MANY);
    }

    @Test
    void operations_that_overlap_on_two_nodes_change_each_task_once() {
        server.submitMany(2000, waiting("shared"));
        List<String> ids = new ArrayList<>();
        try (TestServer two = TestServer.start(database)) {
            for (TestServer node : List.of(server, two, server, two)) {
                ids.add(start(node, "\"action\":\"cancel\",\"filter\":{\"queue\":\"shared\"}"));
            }
            long changed = 0;
            for (String id : ids) {
                changed += awaitFinished(two, id).path("changed").longValue();
            }

            assertThat(changed).isEqualTo(2000);
        }
        assertThat(told("CANCELLED")).isEqualTo(2000);
    }

    @Test
    void running_tasks_are_interrupted_unless_the_filter_leaves_them_out() {
        List<String> running = List.of(
                server.submit(
                        "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":60000},\"queue\":\"mixed\"}"),
                server.submit(
                        "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":60000},\"queue\":\"mixed\"}"));
        running.forEach(id -> server.await(id, "IN_PROGRESS"));
        server.submitMany(3, waiting("mixed"));

        JsonNode first = awaitFinished(
                server, start("\"action\":\"cancel\",\"filter\":{\"queue\":\"mixed\",\"status\":\"SCHEDULED\"}"));
        assertThat(first.path("changed").intValue()).isEqualTo(3);
        running.forEach(
                id -> assertThat(server.task(id).path("status").textValue()).isEqualTo("IN_PROGRESS"));

        JsonNode second = awaitFinished(server, start("\"action\":\"cancel\",\"filter\":{\"queue\":\"mixed\"}"));
        assertThat(second.path("changed").intValue()).isEqualTo(2);
        running.forEach(id -> server.await(id, "CANCELLED"));
    }

    @Test
    void of_tasks_that_are_being_claimed_those_that_got_to_run_are_not_taken_for_waiting_ones() {
        String task = "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":20},\"queue\":\"busy\"}";
        server.submitMany(4000, task);

        JsonNode done = awaitFinished(
                server, start("\"action\":\"cancel\",\"filter\":{\"queue\":\"busy\",\"status\":\"PENDING\"}"));

        assertThat(done.path("changed").intValue()).isPositive();
        server.awaitCount(PATIENCE, "COMPLETED", 4000 - done.path("changed").intValue());
        assertThat(server.count("CANCELLED")).isEqualTo(done.path("changed").intValue());
        assertThat(Sql.number(database, "select count(*) from escapement.attempt where outcome = 'CANCELLED'"))
                .as("attempts that were interrupted")
                .isZero();
    }

    @Test
    void what_failed_is_retried_once_even_if_it_fails_again_at_once() {
        server.submitMany(600, "{\"action_name\":\"fail\",\"max_attempts\":1,\"queue\":\"broken\"}");
        server.submitMany(10, "{\"action_name\":\"fail\",\"max_attempts\":1,\"queue\":\"other\"}");
        server.awaitCount(PATIENCE, "FAILED", 610);

        JsonNode done = awaitFinished(
                server, start("\"action\":\"retry\",\"filter\":{\"queue\":\"broken\",\"status\":\"FAILED\"}"));

        assertThat(done.path("changed").intValue()).isEqualTo(600);
        server.awaitCount(PATIENCE, "FAILED", 610);
        assertThat(Sql.number(database, "select count(*) from escapement.attempt"))
                .isEqualTo(610 + 600);
        assertThat(told("PENDING")).isEqualTo(610 + 600);
    }

    @Test
    void tasks_that_get_another_priority_are_claimed_by_it_and_keep_their_order() {
        Recorder recorder = new Recorder();
        TestDatabase own = TestDatabase.create();
        try (TestServer single =
                TestServer.with().limit(1).actions(recorder.actions()).start(own)) {
            single.submit("{\"action_name\":\"record\",\"action_params\":{\"name\":\"warm-up\"},\"queue\":\"q\"}");
            single.awaitCount(PATIENCE, "COMPLETED", 1);
            single.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"q\",\"reason\":\"r\"}")
                    .is(201);
            submitNamed(single, "MEDIUM", "stays", "m1");
            submitNamed(single, "LOW", "moves", "a");
            submitNamed(single, "BACKGROUND", "moves", "b");
            submitNamed(single, "MEDIUM", "stays", "m2");
            submitNamed(single, "LOW", "moves", "c");
            submitNamed(single, "CRITICAL", "moves", "d");

            String id = start(
                    single, "\"action\":\"reprioritise\",\"priority\":\"high\",\"filter\":{\"workflow_id\":\"moves\"}");
            JsonNode done = awaitFinished(single, id);
            assertThat(done.path("changed").intValue()).isEqualTo(4);
            assertThat(done.path("priority").textValue()).isEqualTo("HIGH");
            assertThat(operate(
                                    single,
                                    "\"action\":\"reprioritise\",\"priority\":\"HIGH\",\"filter\":{},\"preview\":true")
                            .json()
                            .path("matched")
                            .intValue())
                    .as("those that have another priority")
                    .isEqualTo(2);
            single.send(java.net.http.HttpRequest.newBuilder(single.uri("/api/v1/holds/queue/q"))
                    .DELETE()
                    .build());
            single.awaitCount(PATIENCE, "COMPLETED", 7);

            assertThat(recorder.started()).containsExactly("warm-up", "a", "b", "c", "d", "m1", "m2");
            assertThat(Sql.number(own, "select count(*) from escapement.task where version = 2 and priority = 'HIGH'"))
                    .isEqualTo(4);
        }
        Verified.invariantsHold(own);
        own.close();
    }

    @Test
    void tasks_that_come_after_its_start_are_left_alone() {
        server.submitMany(MANY, waiting("q"));

        String id = start("\"action\":\"cancel\",\"filter\":{\"queue\":\"q\"}");
        server.submitMany(1000, waiting("q"));
        JsonNode done = awaitFinished(server, id);

        assertThat(done.path("done").intValue()).isEqualTo(MANY);
        assertThat(server.count("SCHEDULED")).isEqualTo(1000);
    }

    @Test
    void an_operation_that_is_stopped_keeps_what_it_did_and_does_no_more() {
        server.submitMany(MANY, waiting("q"));
        String id = start("\"action\":\"cancel\",\"filter\":{\"queue\":\"q\"}");

        JsonNode stopped = stop(id).is(200).json();

        assertThat(stopped.path("status").textValue()).isEqualTo("STOPPED");
        int done = stopped.path("done").intValue();
        assertThat(done).isLessThan(MANY);
        assertThat(Sql.number(database, "select count(*) from escapement.ended"))
                .isEqualTo(done);
        assertThat(stop(id).is(200).json()).isEqualTo(stopped);
        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.audit where target = ? and operation like 'operation.%'",
                        id))
                .isEqualTo(2);

        // another one is done to its end meanwhile, so the stopped one has had its turns
        awaitFinished(server, start("\"action\":\"cancel\",\"filter\":{\"queue\":\"nobody\"}"));
        assertThat(Sql.number(database, "select count(*) from escapement.ended"))
                .isEqualTo(done);
    }

    @Test
    void what_has_finished_cannot_be_stopped_and_what_is_not_there_neither() {
        String id = start("\"action\":\"cancel\",\"filter\":{\"queue\":\"nobody\"}");
        assertThat(awaitFinished(server, id).path("matched").intValue()).isZero();

        assertThat(stop(id).problem(409).path("detail").textValue()).contains("finished");
        stop("77").problem(404);
        server.get("/api/v1/operations/77").problem(404);
        server.get("/api/v1/operations/x").problem(404);
    }

    @Test
    void another_node_goes_on_where_one_that_was_closed_left_off() {
        server.submitMany(MANY, waiting("q"));
        String id = start("\"action\":\"cancel\",\"filter\":{\"queue\":\"q\"}");
        server.close();
        assertThat(Sql.number(database, "select count(*) from escapement.operation where status = 'RUNNING'"))
                .as("still to be carried on")
                .isEqualTo(1);
        long before = Sql.number(database, "select count(*) from escapement.ended");
        assertThat(before).isLessThan(MANY);

        server = TestServer.start(database);

        assertThat(awaitFinished(server, id).path("changed").intValue()).isEqualTo(MANY);
        assertThat(told("CANCELLED")).isEqualTo(MANY);
    }

    @Test
    void a_chunk_whose_connection_is_cut_is_done_again_and_counted_once() {
        server.submitMany(MANY, waiting("q"));
        String id = start("\"action\":\"cancel\",\"filter\":{\"queue\":\"q\"}");

        for (int cut = 0; cut < 3; cut++) {
            Eventually.within(
                    PATIENCE, () -> assertThat(Sql.number(database, """
                                    select count(pg_terminate_backend(a.pid)) from pg_stat_activity a
                     where a.datname = current_database() and a.application_name = 'escapement work'
                       and exists (select from pg_locks l
                                    where l.pid = a.pid and l.relation = 'escapement.operation'::regclass and l.mode = 'RowShareLock')""")).isPositive());
        }

        Eventually.within(
                PATIENCE,
                () -> assertThat(Sql.number(
                                database, "select count(*) from escapement.operation where status = 'FINISHED'"))
                        .isEqualTo(1));
        Eventually.within(
                PATIENCE,
                () -> assertThat(operation(server, id).path("changed").intValue())
                        .isEqualTo(MANY));
        assertThat(told("CANCELLED")).isEqualTo(MANY);
    }

    @Test
    void more_tasks_than_expected_are_refused() {
        server.submitMany(3, waiting("q"));
        String cancel = "\"action\":\"cancel\",\"filter\":{\"queue\":\"q\"},\"expected\":";

        assertThat(operate(cancel + 2).problem(409).path("detail").textValue()).contains("3 tasks", "at most 2");
        assertThat(server.count("SCHEDULED")).isEqualTo(3);
        assertThat(operate(cancel + 3).is(202).json().path("matched").intValue())
                .isEqualTo(3);
        server.awaitCount(PATIENCE, "CANCELLED", 3);
    }

    @Test
    void operations_are_listed_newest_first_page_by_page_and_the_audit_tells_who_asked_for_what() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ids.add(start("\"action\":\"reprioritise\",\"priority\":\"LOW\",\"filter\":{\"queue\":\"q" + i + "\"}"));
        }

        JsonNode first = server.get("/api/v1/operations?limit=2").is(200).json();
        JsonNode second = server.get("/api/v1/operations?limit=2&cursor="
                        + first.path("next").textValue())
                .is(200)
                .json();

        assertThat(first.path("items"))
                .extracting(item -> item.path("id").textValue())
                .containsExactly(ids.get(2), ids.get(1));
        assertThat(second.path("items"))
                .extracting(item -> item.path("id").textValue())
                .containsExactly(ids.get(0));
        assertThat(second.path("next").isNull()).isTrue();
        assertThat(second.at("/items/0/filter/queue").textValue()).isEqualTo("q0");
        assertThat(server.get("/api/v1/operations?status=RUNNING").faultPaths()).containsExactly("status");
        assertThat(Sql.number(database, """
                        select count(*) from escapement.audit
                         where operation = 'operation.start' and reason = 'because' and detail ->> 'priority' = 'LOW'
                           and detail -> 'filter' ->> 'queue' like 'q_' and detail ->> 'matched' = '0'""")).isEqualTo(3);
    }

    private static String waiting(String queue) {
        return "{\"action_name\":\"echo\",\"delay_seconds\":3600,\"queue\":\"" + queue + "\"}";
    }

    private static void submitNamed(TestServer node, String priority, String workflow, String name) {
        node.submit("""
                {"action_name":"record","queue":"q","priority":"%s","workflow_id":"%s","action_params":{"name":"%s"}}""".formatted(priority, workflow, name));
    }

    private Answer operate(String fields) {
        return operate(server, fields);
    }

    private static Answer operate(TestServer node, String fields) {
        return node.post("/api/v1/operations", "{" + fields + ",\"reason\":\"because\"}");
    }

    private String start(String fields) {
        return start(server, fields);
    }

    private static String start(TestServer node, String fields) {
        return operate(node, fields).is(202).json().path("id").textValue();
    }

    private Answer stop(String id) {
        return server.post("/api/v1/operations/" + id + "/stop", "{\"reason\":\"enough\"}");
    }

    private static JsonNode operation(TestServer node, String id) {
        return node.get("/api/v1/operations/" + id).is(200).json();
    }

    private static JsonNode awaitFinished(TestServer node, String id) {
        Eventually.within(
                PATIENCE,
                () -> assertThat(operation(node, id).path("status").textValue()).isEqualTo("FINISHED"));
        return operation(node, id);
    }

    /** How many tasks the journal saw come to this status. */
    private long told(String status) {
        return Sql.number(
                database,
                "select coalesce(sum(n), 0) from escapement.journal where to_status = ?::escapement.task_status",
                status);
    }
}
