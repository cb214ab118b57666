package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.db.Database;
import escapement.support.Answer;
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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is held does not start, on any node, until it is released or its time is over. */
class HoldDbTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Recorder recorder = new Recorder();
    private TestDatabase database;
    private TestServer one;
    private TestServer two;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        one = TestServer.start(database, recorder.actions());
        two = TestServer.start(database, recorder.actions());
    }

    @AfterEach
    void stop() {
        recorder.release();
        one.close();
        two.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_held_action_does_not_start_on_any_node_while_others_of_its_queue_do() {
        hold("{\"scope\":\"action\",\"action\":\"record\",\"reason\":\"the other side is broken\"}");
        List<String> held = one.submitMany(20, named("record", "held"));
        List<String> others = two.submitMany(20, "{\"action_name\":\"echo\"}");

        others.forEach(id -> two.await(id, "COMPLETED"));
        two.await(two.submit("{\"action_name\":\"echo\"}"), "COMPLETED");

        assertThat(recorder.started()).isEmpty();
        assertThat(held)
                .allSatisfy(
                        id -> assertThat(one.task(id).path("status").asText()).isEqualTo("PENDING"));
        two.delete("/api/v1/holds/action/record").is(204);
        held.forEach(id -> one.await(id, "COMPLETED"));
        assertThat(recorder.started()).hasSize(20);
    }

    @Test
    void a_hold_ends_by_itself_at_its_time_and_is_told_to_the_audit() {
        hold("{\"scope\":\"QUEUE\",\"queue\":\"default\",\"reason\":\"a pause\",\"until\":\"%s\",\"by\":\"Ada\"}"
                .formatted(Instant.now().plusMillis(1500)));
        String id = one.submit(named("record", "late"));

        JsonNode held = one.get("/api/v1/holds").is(200).json().path("items").path(0);
        one.await(id, "COMPLETED");

        assertThat(held.path("by").textValue()).isEqualTo("Ada");
        assertThat(held.path("verified").booleanValue()).isFalse();
        Instant until = Instant.parse(held.path("until").textValue());
        assertThat(Instant.parse(one.attempts(id).getFirst().path("started_at").textValue()))
                .isAfterOrEqualTo(until);
        assertThat(one.get("/api/v1/holds").is(200).json().path("items")).isEmpty();
        Eventually.within(
                SOON,
                () -> assertThat(
                                Sql.texts(
                                        database,
                                        "select operation || ' ' || principal || ' ' || target from escapement.audit order by id"))
                        .containsExactly("queue.hold local default", "queue.release server default"));
        assertThat(Sql.number(database, "select count(*) from escapement.hold")).isZero();
    }

    @Test
    void a_hold_whose_time_is_over_counts_for_nothing_though_nobody_removed_it() {
        try (TestDatabase unserved = TestDatabase.create(); // or a node would remove the row
                Database pool = unserved.open()) {
            Sql.update(unserved, """
                    insert into escapement.hold (scope, subject, verified, held_at, until, held_by)
                    values ('QUEUE', 1, false, now() - interval '2 hours', now() - interval '1 hour', 'Ada')""");

            assertThat(new HoldStore().list(pool.jooq())).isEmpty();
            assertThat(new HoldStore().stops(pool.jooq())).isEqualTo(new Stops(false, Set.of(), Set.of(), false));
        }
    }

    @Test
    void what_was_claimed_before_a_hold_does_not_start_after_its_answer_on_the_node_asked() {
        try (TestDatabase own = TestDatabase.create();
                TestServer narrow =
                        TestServer.with().limit(1).actions(recorder.actions()).start(own)) {
            narrow.submitMany(200, named("record", "quick"));
            narrow.awaitCount(SOON, "COMPLETED", 200);
            for (int round = 0; round < 10; round++) {
                String slow = narrow.submit(named("hold", "slow"));
                Eventually.within(SOON, () -> assertThat(recorder.running()).isEqualTo(1));
                narrow.submitMany(100, named("record", "behind " + round));

                narrow.post("/api/v1/holds", "{\"scope\":\"ACTION\",\"action\":\"record\",\"reason\":\"r\"}")
                        .is(201);
                recorder.release(1);
                narrow.await(slow, "COMPLETED");
                narrow.awaitCount(SOON, "IN_PROGRESS", 0);

                assertThat(recorder.started()).doesNotContain("behind " + round);
                narrow.delete("/api/v1/holds/action/record").is(204);
                narrow.awaitCount(SOON, "PENDING", 0);
                narrow.awaitCount(SOON, "IN_PROGRESS", 0);
            }
        }
    }

    @Test
    void what_is_wrong_with_a_hold_is_named() {
        assertThat(post("{}").faultPaths()).containsExactlyInAnyOrder("/scope", "/queue", "/reason");
        assertThat(post("{\"scope\":\"QUEUE\",\"action\":\"echo\",\"reason\":\"r\"}")
                        .faultPaths())
                .containsExactlyInAnyOrder("/queue", "/action");
        assertThat(post("{\"scope\":\"EVERYTHING\",\"queue\":\"default\",\"reason\":\"r\"}")
                        .faultPaths())
                .containsExactly("/queue");
        assertThat(
                        post("{\"scope\":\"QUEUE\",\"queue\":\"default\",\"reason\":\"r\",\"until\":\"2001-01-01T00:00:00Z\"}")
                                .faultPaths())
                .containsExactly("/until");
        assertThat(post("{\"scope\":\"EVERYTHING\",\"reason\":\"r\",\"until\":\"2001-01-01T00:00:00Z\"}")
                        .faultPaths())
                .containsExactly("/until");
        assertThat(post("{\"scope\":\"QUEUE\",\"queue\":\"default\",\"reason\":\"r\",\"by\":\" \"}")
                        .faultPaths())
                .containsExactly("/by");
        assertThat(post("{\"scope\":\"ACTION\",\"action\":\"nobodys\",\"reason\":\"r\"}")
                        .problem(409)
                        .path("detail")
                        .textValue())
                .isEqualTo("no node ever offered the action 'nobodys'");
        one.delete("/api/v1/holds/everything/x").problem(404);
        one.delete("/api/v1/holds/action/echo").problem(404);
        assertThat(one.get("/api/v1/holds").is(200).json().path("items")).isEmpty();
    }

    @Test
    void nothing_writes_the_columns_that_older_nodes_read() {
        hold("{\"scope\":\"QUEUE\",\"queue\":\"default\",\"reason\":\"r\"}");

        assertThat(Sql.number(database, "select count(*) from escapement.queue where held_at is not null"))
                .isZero();
    }

    @Test
    void explain_names_every_hold_with_who_why_since_and_until() {
        String until = "2150-01-01T00:00:00Z";
        hold("{\"scope\":\"ACTION\",\"action\":\"echo\",\"reason\":\"broken\",\"until\":\"%s\"}".formatted(until));
        hold("{\"scope\":\"QUEUE\",\"queue\":\"default\",\"reason\":\"moving\",\"by\":\"Ada\"}");
        one.put("/api/v1/mode", "{\"mode\":\"DRY_RUN\",\"reason\":\"trying out\"}")
                .is(200);
        hold("{\"scope\":\"EVERYTHING\",\"reason\":\"stop\",\"by\":\"Bo\"}");
        String id = one.submit("{\"action_name\":\"echo\"}");

        List<JsonNode> reasons = new ArrayList<>();
        one.get("/api/v1/tasks/" + id + "/explain")
                .is(200)
                .json()
                .path("reasons")
                .forEach(reasons::add);

        assertThat(reasons)
                .extracting(reason -> reason.path("code").textValue())
                .startsWith("LOCKED", "QUEUE_HELD", "ACTION_HELD")
                .endsWith("DRY_RUN_MODE");
        assertThat(reasons.get(0).path("message").textValue())
                .matches("the mode is LOCKED: everything has been held by Bo for [0-9.]+ s: stop");
        assertThat(reasons.get(1).path("queue").textValue()).isEqualTo("default");
        assertThat(reasons.get(1).path("by").textValue()).isEqualTo("Ada");
        assertThat(reasons.get(2).path("action_name").textValue()).isEqualTo("echo");
        assertThat(reasons.get(2).path("until").textValue()).isEqualTo(until);
        assertThat(reasons.get(2).path("reason").textValue()).isEqualTo("broken");
        assertThat(reasons.getLast().path("reason").textValue()).isEqualTo("trying out");
    }

    private void hold(String body) {
        post(body).is(201);
    }

    private Answer post(String body) {
        return one.post("/api/v1/holds", body);
    }

    private static String named(String action, String name) {
        return "{\"action_name\":\"%s\",\"action_params\":{\"name\":\"%s\"}}".formatted(action, name);
    }
}
