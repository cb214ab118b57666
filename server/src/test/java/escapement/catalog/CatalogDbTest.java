package escapement.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;
import escapement.action.PluginFolder;
import escapement.action.RiskLevel;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.PluginJar;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What actions the cluster has, whoever offers them, and what they ask of their parameters. */
class CatalogDbTest {
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        Path sample = Path.of("../ops/examples/plugin/ReverseAction.java");
        PluginJar.of(
                folder.resolve("reverse.jar"),
                "example.ReverseAction",
                Files.readString(sample),
                "example.ReverseAction");
        List<Action> actions = new ArrayList<>(PluginFolder.load(folder));
        actions.add(new RiskyAction());
        database = TestDatabase.create();
        server = TestServer.start(database, actions.toArray(Action[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void the_sample_plug_in_runs_and_its_schema_is_checked_when_a_task_is_submitted() {
        String id = server.submit("reverse", "{\"text\":\"tick\"}");
        assertThat(server.await(id, "COMPLETED").path("result").asText()).isEqualTo("kcit");

        assertThat(server.post("/api/v1/tasks", "{\"action_name\":\"reverse\"}").faultPaths())
                .containsExactly("/action_params/text");
        assertThat(server.post(
                                "/api/v1/tasks",
                                "{\"action_name\":\"reverse\",\"action_params\":{\"text\":7,\"a/b\":1}}")
                        .faultPaths())
                .containsExactlyInAnyOrder("/action_params/text", "/action_params/a~1b");

        JsonNode listed = action(server, "reverse");
        assertThat(listed.path("description").asText()).isEqualTo("Turns the parameter 'text' around.");
        assertThat(listed.path("minimum_risk").asText()).isEqualTo("LOW");
        assertThat(listed.path("success_false_is_failure").booleanValue()).isFalse();
        assertThat(listed.path("dry_run").booleanValue()).isTrue();
        assertThat(listed.path("params_schema")
                        .path("properties")
                        .path("text")
                        .path("maxLength")
                        .asInt())
                .isEqualTo(10_000);
        assertThat(listed.path("nodes")).hasSize(1);
    }

    @Test
    void the_sample_plug_in_says_in_a_dry_run_what_it_would_do() {
        String id =
                server.submit("{\"action_name\":\"reverse\",\"action_params\":{\"text\":\"tick\"},\"dry_run\":true}");

        assertThat(server.await(id, "COMPLETED").path("result"))
                .isEqualTo(Json.parse("{\"dry_run\":true,\"would_turn\":\"tick\"}"));
        assertThat(server.attempts(id).getFirst().path("log")).isEmpty();
        assertThat(action(server, "echo").path("dry_run").booleanValue()).isFalse();
        assertThat(action(server, "http_request").path("dry_run").booleanValue())
                .isTrue();
    }

    @Test
    void in_a_batch_every_fault_of_every_task_is_named_and_nothing_is_stored() {
        int before = server.metrics().path("total_tasks").asInt();
        String batch = """
                {"tasks": [{"action_name": "echo"},
                           {"action_name": "sleep", "action_params": {"milliseconds": -1, "seconds": 1}},
                           {"action_name": "unknown"},
                           {"action_name": "http_request", "action_params": {"url": "ftp://x", "headers": {"X": 1}}}]}""";

        assertThat(server.post("/api/v1/tasks/batch", batch).faultPaths())
                .containsExactlyInAnyOrder(
                        "/tasks/1/action_params/milliseconds",
                        "/tasks/1/action_params/seconds",
                        "/tasks/2/action_name",
                        "/tasks/3/action_params/url",
                        "/tasks/3/action_params/headers/X");
        assertThat(server.metrics().path("total_tasks").asInt()).isEqualTo(before);
    }

    @Test
    void a_fault_carries_the_value_and_says_what_is_wrong() {
        JsonNode fault = server.post(
                        "/api/v1/tasks", "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":\"long\"}}")
                .problem(400)
                .path("errors")
                .get(0);

        assertThat(fault.path("path").asText()).isEqualTo("/action_params/milliseconds");
        assertThat(fault.path("value").asText()).isEqualTo("long");
        assertThat(fault.path("message").asText()).contains("integer");
    }

    @Test
    void each_node_offers_its_own_and_a_task_goes_where_its_action_is() {
        TestAction left = new TestAction(
                "left", context -> new Outcome.Succeeded(Json.nodes().textNode("left")));
        TestAction right = new TestAction(
                "right", context -> new Outcome.Succeeded(Json.nodes().textNode("right")));
        try (TestDatabase ofThisTest = TestDatabase.create();
                TestServer first = TestServer.start(ofThisTest, left)) {
            runsElsewhere(right, ofThisTest, first);

            Eventually.within(
                    Duration.ofSeconds(10),
                    () -> assertThat(nodes(first, "right")).isEmpty());
            Eventually.within(
                    Duration.ofSeconds(10),
                    () -> assertThat(first.post("/api/v1/tasks", "{\"action_name\":\"right\"}")
                                    .faultPaths())
                            .containsExactly("/action_name"));
        }
    }

    private static void runsElsewhere(TestAction right, TestDatabase database, TestServer first) {
        try (TestServer second = TestServer.start(database, right)) {
            String firstNode = first.metrics().path("node").path("name").asText();
            String secondNode = second.metrics().path("node").path("name").asText();
            assertThat(nodes(first, "left")).containsExactly(firstNode);
            assertThat(nodes(first, "right")).containsExactly(secondNode);
            assertThat(nodes(second, "echo")).containsExactlyInAnyOrder(firstNode, secondNode);

            List<String> ids = first.submitMany(50, "{\"action_name\":\"right\"}");
            ids.forEach(id -> first.await(id, "COMPLETED"));

            assertThat(ids)
                    .flatExtracting(first::attempts)
                    .hasSize(50)
                    .allSatisfy(
                            attempt -> assertThat(attempt.path("node").asText()).isEqualTo(secondNode));
        }
    }

    @Test
    void an_action_makes_its_tasks_at_least_as_risky_as_it_is() {
        String id = server.submit("{\"action_name\":\"risky\",\"risk_level\":\"LOW\"}");

        assertThat(server.task(id).path("risk_level").asText()).isEqualTo("MEDIUM");
        assertThat(action(server, "risky").path("minimum_risk").asText()).isEqualTo("MEDIUM");
        assertThat(action(server, "risky").path("success_false_is_failure").booleanValue())
                .isTrue();
    }

    private static JsonNode action(TestServer server, String name) {
        for (JsonNode item : server.get("/api/v1/actions").is(200).json().path("items")) {
            if (item.path("name").asText().equals(name)) {
                return item;
            }
        }
        throw new AssertionError("no action " + name);
    }

    private static List<String> nodes(TestServer server, String action) {
        List<String> names = new ArrayList<>();
        action(server, action).path("nodes").forEach(node -> names.add(node.asText()));
        return names;
    }

    /** An action with a risk and a soft-failure rule. */
    private static final class RiskyAction implements Action {
        @Override
        public String name() {
            return "risky";
        }

        @Override
        public String description() {
            return "For tests.";
        }

        @Override
        public RiskLevel minimumRisk() {
            return RiskLevel.MEDIUM;
        }

        @Override
        public boolean isSuccessFalseAFailure() {
            return true;
        }

        @Override
        public Outcome run(ActionContext context) {
            return new Outcome.Succeeded(null);
        }
    }
}
