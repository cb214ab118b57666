package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What somebody who watches is told of nodes and of what ended. */
class WatchingDbTest {
    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.with().limit(7).actions(TestAction.noop("ship")).start(database);
    }

    @AfterEach
    void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_node_tells_its_limit_its_actions_and_when_it_was_last_heard_of() {
        JsonNode node = server.get("/api/v1/nodes").is(200).json().path("items").path(0);

        assertThat(node.path("alive").booleanValue()).isTrue();
        assertThat(node.path("limit").intValue()).isEqualTo(7);
        assertThat(node.path("running").intValue()).isZero();
        assertThat(node.path("stopped_at").isNull()).isTrue();
        assertThat(node.path("actions").valueStream().map(JsonNode::asText)).contains("echo", "ship");
        assertThat(time(node, "heartbeat_at"))
                .isBetween(time(node, "started_at"), time(node, "lease_until").minus(Duration.ofSeconds(30)));
    }

    @Test
    void a_node_tells_how_far_its_clock_is_from_that_of_the_database() {
        Eventually.within(
                Duration.ofSeconds(10),
                () -> assertThat(nodes().get(0).path("clock_ahead_ms").isIntegralNumber())
                        .as("%s", nodes())
                        .isTrue());

        Sql.update(database, "update escapement.node set clock_ahead_ms = -4200");
        assertThat(nodes().get(0).path("clock_ahead_ms").longValue()).isEqualTo(-4200);
    }

    @Test
    void what_a_node_runs_is_counted_with_it() {
        String task = server.submit("{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":60000}}");
        server.await(task, "IN_PROGRESS");

        assertThat(nodes().get(0).path("running").intValue()).isEqualTo(1);

        server.post("/api/v1/tasks/" + task + "/cancel", "{\"reason\":\"seen\"}");
        server.await(task, "CANCELLED");
    }

    @Test
    void a_node_that_stopped_stays_for_an_hour_below_those_that_live() {
        TestServer second = TestServer.start(database);
        assertThat(nodes()).hasSize(2).allMatch(node -> node.path("alive").booleanValue());
        second.close();

        JsonNode gone = nodes().get(1);
        assertThat(gone.path("alive").booleanValue()).isFalse();
        assertThat(gone.path("heartbeat_at")).isEqualTo(gone.path("stopped_at"));

        Sql.update(
                database,
                "update escapement.node set lease_until = now() - interval '61 minutes' where stopped_at is not null");
        assertThat(nodes()).hasSize(1);
    }

    @Test
    void what_came_in_and_what_ended_is_told_by_minute_and_queue() {
        server.await(server.submit("{\"action_name\":\"echo\",\"queue\":\"mail\"}"), "COMPLETED");
        server.await(server.submit("{\"action_name\":\"fail\",\"max_attempts\":1,\"queue\":\"bank\"}"), "FAILED");
        server.await(server.submit("{\"action_name\":\"echo\",\"queue\":\"bank\"}"), "COMPLETED");

        Eventually.within(Duration.ofSeconds(10), () -> {
            assertThat(total("mail", "succeeded")).isEqualTo(1);
            assertThat(total("mail", "failed")).isZero();
            assertThat(total("bank", "succeeded")).isEqualTo(1);
            assertThat(total("bank", "failed")).isEqualTo(1);
            assertThat(total("mail", "submitted")).isEqualTo(1);
            assertThat(total("bank", "submitted")).isEqualTo(2);
        });
    }

    @Test
    void a_minute_in_which_nothing_ended_tells_what_came_in() {
        server.submitMany(3, "{\"action_name\":\"echo\",\"queue\":\"later\",\"delay_seconds\":3600}");

        Eventually.within(
                Duration.ofSeconds(10),
                () -> assertThat(total("later", "submitted")).isEqualTo(3));
        assertThat(total("later", "succeeded")).isZero();
    }

    @Test
    void minutes_before_those_asked_for_are_left_out() {
        server.await(server.submit("{\"action_name\":\"echo\"}"), "COMPLETED");
        Eventually.within(
                Duration.ofSeconds(10),
                () -> assertThat(total("default", "succeeded")).isEqualTo(1));

        Sql.update(database, "update escapement.attempt_minute set minute = minute - interval '5 minutes'");
        Sql.update(database, "update escapement.submit_minute set minute = minute - interval '5 minutes'");

        assertThat(total("default", "succeeded")).isEqualTo(1);
        JsonNode few = server.get("/api/v1/throughput?minutes=3").is(200).json();
        assertThat(few.path("items")).isEmpty();
        assertThat(Duration.between(time(few, "from"), time(few, "to"))).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void a_span_beyond_a_day_is_refused() {
        assertThat(server.get("/api/v1/throughput?minutes=1441").faultPaths()).containsExactly("minutes");
    }

    private List<JsonNode> nodes() {
        return server.get("/api/v1/nodes")
                .is(200)
                .json()
                .path("items")
                .valueStream()
                .toList();
    }

    private long total(String queue, String outcome) {
        return server.get("/api/v1/throughput")
                .is(200)
                .json()
                .path("items")
                .valueStream()
                .filter(item -> item.path("queue").asText().equals(queue))
                .mapToLong(item -> item.path(outcome).longValue())
                .sum();
    }

    private static Instant time(JsonNode json, String field) {
        return Instant.parse(json.path(field).asText());
    }
}
