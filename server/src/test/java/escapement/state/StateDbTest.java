package escapement.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queue's state as a file: what the original system wrote is taken over, and what is written comes back the same. */
class StateDbTest {
    private static final String STATE = "/api/v1/queue-state";
    private static final List<String> SEED_FIELDS = List.of(
            "id",
            "description",
            "action",
            "action_params",
            "priority",
            "risk_level",
            "confidence_score",
            "dependencies",
            "conditional_branches",
            "status",
            "max_attempts",
            "attempt_count",
            "created_at",
            "started_at",
            "completed_at",
            "result",
            "error",
            "metadata");

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<TestDatabase> databases = new ArrayList<>();
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = newDatabase();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened.reversed()) {
            one.close();
        }
        for (TestDatabase one : databases) {
            Verified.invariantsHold(one);
            one.close();
        }
    }

    private TestDatabase newDatabase() {
        TestDatabase made = TestDatabase.create();
        databases.add(made);
        // databases of tests are copies of one; installations are not
        Sql.update(made, "update escapement.installation set id = gen_random_uuid()");
        return made;
    }

    private TestServer started(TestDatabase on, escapement.action.Action... actions) {
        TestServer server = TestServer.start(on, actions);
        opened.add(server);
        return server;
    }

    @Test
    void the_shipped_file_is_taken_over_and_nothing_in_it_runs_that_has_ended() throws Exception {
        TestServer server = started(database);

        JsonNode report =
                server.post(STATE, resource("queue_state.json")).is(200).json();

        assertThat(verdicts(report))
                .isEqualTo(Map.of(
                        "task_47a5c856", "resumable",
                        "task_8d9535ea", "kept",
                        "task_22f63f21", "restored",
                        "task_18bbf441", "restored",
                        "task_f0efb49d", "restored"));
        assertThat(report.path("totals"))
                .isEqualTo(Json.parse("{\"kept\":1,\"restored\":3,\"resumable\":1,\"refused\":0}"));
        Map<String, String> ids = ids(report);
        JsonNode first = server.task(ids.get("task_22f63f21"));
        assertThat(first.path("status").asText()).isEqualTo("BLOCKED");
        assertThat(first.path("reason").asText()).isEqualTo("action not registered");
        assertThat(server.get("/api/v1/tasks/" + ids.get("task_22f63f21") + "/explain")
                        .json()
                        .findValuesAsText("code"))
                .contains("ACTION_NOT_OFFERED");
        assertThat(first.path("workflow_id").asText()).isEqualTo("wave4_recovery");
        JsonNode done = server.task(ids.get("task_8d9535ea"));
        assertThat(done.path("status").asText()).isEqualTo("COMPLETED");
        assertThat(done.at("/result/dry_run").asBoolean()).isTrue();
        assertThat(done.path("confidence_score").decimalValue()).isEqualByComparingTo("0.87");
        assertThat(server.attempts(ids.get("task_8d9535ea"))
                        .getFirst()
                        .path("outcome")
                        .asText())
                .isEqualTo("DRY_RUN");
        JsonNode failed = server.task(ids.get("task_47a5c856"));
        assertThat(failed.path("status").asText()).isEqualTo("FAILED");
        assertThat(failed.path("error").asText()).isEqualTo("Exception: Simulated failure for adversarial testing");
        assertThat(failed.path("completed_at").asText()).isEqualTo("2026-02-05T20:37:12.328158Z");
        assertThat(failed.path("reason").asText()).startsWith("RESUMABLE: 2 of 3 attempts are left");
        assertThat(Sql.number(database, "select count(*) from escapement.attempt where ended_task"))
                .isZero();
    }

    @Test
    void waiting_tasks_go_on_in_order_once_their_actions_are_registered_and_a_retry_makes_the_attempts_left()
            throws Exception {
        TestServer without = started(database);
        Map<String, String> ids =
                ids(without.post(STATE, resource("queue_state.json")).is(200).json());
        without.close();
        opened.remove(without);
        List<String> ran = java.util.Collections.synchronizedList(new ArrayList<>());
        TestServer server = started(
                database,
                new TestAction("slow_action", context -> {
                    ran.add("1");
                    return new Outcome.Succeeded(null);
                }),
                new TestAction("web_extract", context -> {
                    ran.add(context.params().path("selector").asText());
                    return new Outcome.Succeeded(null);
                }),
                new TestAction("web_click", context -> {
                    ran.add("clicked");
                    return new Outcome.Succeeded(null);
                }),
                new TestAction("failing_action", context -> {
                    throw new IllegalStateException("still failing");
                }));

        server.await(ids.get("task_f0efb49d"), "COMPLETED");
        assertThat(ran).containsExactly("1", ".recover", ".recover");
        assertThat(server.task(ids.get("task_18bbf441")).path("completed_at").asText())
                .isLessThan(server.task(ids.get("task_f0efb49d"))
                        .path("completed_at")
                        .asText());

        String failed = ids.get("task_47a5c856");
        server.post("/api/v1/tasks/" + failed + "/retry", "{\"reason\":\"resume\"}")
                .is(200);
        Eventually.within(Duration.ofSeconds(20), () -> {
            JsonNode task = server.task(Objects.requireNonNull(failed));
            assertThat(task.path("status").asText()).isEqualTo("FAILED");
            assertThat(task.path("attempt_count").asInt()).isEqualTo(3);
        });
        assertThat(ran).doesNotContain("clicked");
    }

    @Test
    void the_same_file_again_changes_nothing() throws Exception {
        TestServer server = started(database);
        JsonNode before =
                server.post(STATE, resource("queue_state.json")).is(200).json();

        JsonNode again =
                server.post(STATE, resource("queue_state.json")).is(200).json();

        assertThat(again.path("totals"))
                .isEqualTo(Json.parse("{\"kept\":5,\"restored\":0,\"resumable\":0,\"refused\":0}"));
        assertThat(ids(again)).isEqualTo(ids(before));
        assertThat(again.at("/tasks/0/note").asText()).isEqualTo("is here already");
        assertThat(Sql.number(database, "select count(*) from escapement.task")).isEqualTo(5);
    }

    @Test
    void a_dry_run_says_the_same_and_stores_nothing() throws Exception {
        TestServer server = started(database);

        JsonNode said = server.post(STATE + "?dry_run=true", resource("queue_state.json"))
                .is(200)
                .json();

        assertThat(said.path("dry_run").asBoolean()).isTrue();
        assertThat(said.path("totals"))
                .isEqualTo(Json.parse("{\"kept\":1,\"restored\":3,\"resumable\":1,\"refused\":0}"));
        assertThat(Sql.number(database, "select count(*) from escapement.task")).isZero();
    }

    @Test
    void the_example_of_the_report_is_taken_over() throws Exception {
        TestServer server = started(database);

        JsonNode report =
                server.post(STATE, resource("report_example.json")).is(200).json();

        JsonNode task = server.task(ids(report).get("task_abc123"));
        assertThat(verdicts(report)).isEqualTo(Map.of("task_abc123", "restored"));
        assertThat(task.path("priority").asText()).isEqualTo("HIGH");
        assertThat(task.path("action_name").asText()).isEqualTo("unknown");
        assertThat(task.path("status").asText()).isEqualTo("BLOCKED");
    }

    @Test
    void snapshots_of_workflows_become_tasks_that_wait_for_each_other() throws Exception {
        TestServer server = started(database, TestAction.noop("web_inspect"), TestAction.noop("web_extract"));

        JsonNode report =
                server.post(STATE, resource("workflow_snapshots.json")).is(200).json();

        Map<String, String> ids = ids(report);
        assertThat(ids).containsOnlyKeys("snapshot_seed_1/seed_a", "snapshot_seed_1/seed_b");
        JsonNode last = server.await(ids.get("snapshot_seed_1/seed_b"), "COMPLETED");
        assertThat(last.path("workflow_id").asText()).isEqualTo("workflow_seed");
        assertThat(last.path("max_attempts").asInt()).isEqualTo(2);
        assertThat(last.at("/dependencies/0/task_id").asText()).isEqualTo(ids.get("snapshot_seed_1/seed_a"));
    }

    @Test
    void an_export_has_the_fields_of_the_original_and_its_ids_again() throws Exception {
        TestServer server = started(database);
        server.post(STATE, resource("queue_state.json")).is(200);

        Answer answer = server.get(STATE).is(200);

        JsonNode file = answer.json();
        assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
                .contains("queue_state.json");
        assertThat(names(file)).startsWith("timestamp", "version", "source", "metrics", "tasks");
        assertThat(file.path("version").asText()).isEqualTo("1.0");
        assertThat(names(file.path("metrics")))
                .containsExactly(
                        "total_tasks",
                        "total_executed",
                        "total_succeeded",
                        "total_failed",
                        "total_deferred",
                        "success_rate",
                        "active_tasks",
                        "pending_tasks",
                        "completed_tasks",
                        "failed_tasks");
        assertThat(file.at("/metrics/total_executed").asInt()).isEqualTo(2);
        file.path("tasks").forEach(task -> assertThat(names(task)).startsWith(SEED_FIELDS.toArray(String[]::new)));
        Map<String, JsonNode> before = byId(Json.parse(resource("queue_state.json")));
        Map<String, JsonNode> after = byId(file);
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after.get("task_f0efb49d").at("/dependencies/0/task_id").asText())
                .isEqualTo("task_18bbf441");
        for (String id : before.keySet()) {
            for (String field :
                    List.of("description", "action_params", "priority", "result", "metadata", "max_attempts")) {
                assertThat(after.get(id).path(field))
                        .as(id + " " + field)
                        .isEqualTo(before.get(id).path(field));
            }
        }
        assertThat(after.get("task_47a5c856").path("attempts_left").asInt()).isEqualTo(2);
    }

    @Test
    void what_is_written_comes_back_the_same_in_another_installation() throws Exception {
        Recorder recorder = new Recorder();
        TestServer here = started(database, recorder.actions());
        String odd = TestServer.quote("naïve \u202e “quotes” \\ / \n\t \uD83D\uDE00 <script> ☃");
        here.await(here.submit("echo", "{\"value\":{\"n\":12345678901234567890.123,\"s\":" + odd + "}}"), "COMPLETED");
        here.await(here.submit("""
            {"action_name":"fail","max_attempts":1,"risk_level":"MEDIUM","confidence_score":0.123456,"priority":"BACKGROUND",
             "action_params":{"message":"no"},"metadata":{"k":[1,null,"x"]},"queue":"mail","workflow_id":"w-1"}\
            """), "FAILED");
        here.submit("""
            {"action_name":"echo","risk_level":"HIGH","confidence_score":0.2,"action_params":{"value":1},"timeout_seconds":1.5,
             "reasoning":"because","reversible":false,"retry":{"first_seconds":0.5,"factor":3,"max_seconds":60,"jitter":0.2}}\
            """);
        here.submit(
                "{\"action_name\":\"echo\",\"run_at\":\"2199-01-01T00:00:00Z\",\"start_by\":\"2199-02-01T00:00:00Z\","
                        + "\"deadline_at\":\"2199-03-01T00:00:00Z\",\"description\":" + odd + "}");
        here.submitBatch("""
            {"tasks":[
             {"ref":"last","action_name":"echo","action_params":{"value":{"$result":{"task":"first","path":""}}},
              "dependencies":[{"task_id":"first","required_status":"COMPLETED","timeout_seconds":3600}],"on_dependency_failure":"SKIP"},
             {"ref":"first","action_name":"hold","action_params":{"name":"h"},"dependencies":["root"],
              "conditional_branches":[{"condition_type":"success","next_task_id":"target"},
               {"condition_type":"failure","next_task_template":{"action_name":"echo","dependencies":["root"]}}]},
             {"ref":"target","action_name":"echo","action_params":{"value":3}},
             {"ref":"root","action_name":"echo","delay_seconds":100000}]}\
            """);
        String cancelled = here.submit("{\"action_name\":\"echo\",\"delay_seconds\":100000}");
        here.post("/api/v1/tasks/" + cancelled + "/cancel", "{\"reason\":\"r\"}")
                .is(200);
        String file = here.get(STATE).is(200).text();

        TestDatabase other = newDatabase();
        TestServer there = started(other, recorder.actions());
        JsonNode report = there.post(STATE, file).is(200).json();
        JsonNode before = Json.parse(file);

        assertThat(report.at("/totals/refused").asInt()).as(report.toString()).isZero();
        Eventually.within(
                Duration.ofSeconds(15),
                () -> assertThat(Sql.number(other, "select count(*) from escapement.live where status = 'PENDING'"))
                        .isZero());
        Map<String, JsonNode> after = byId(there.get(STATE).is(200).json());
        assertThat(after).hasSameSizeAs(before.path("tasks"));
        for (JsonNode task : before.path("tasks")) {
            ObjectNode copy = plain(after.get(task.path("id").asText()));
            assertThat(copy).as(task.path("id").asText()).isEqualTo(plain(task));
        }
        assertThat(here.post(STATE, file).is(200).json().at("/totals/kept").asInt())
                .isEqualTo(before.path("tasks").size());
    }

    /** Without what another installation says otherwise: its own ids, who brought the task, how often it was edited. */
    private static ObjectNode plain(JsonNode task) {
        ObjectNode plain = task.deepCopy();
        plain.remove(List.of("task_id", "created_by", "version", "reason"));
        plain.path("attempts").forEach(attempt -> ((ObjectNode) attempt).remove("node"));
        if (plain.path("workflow_id").equals(task.path("task_id"))
                || plain.path("workflow_id").equals(task.path("id"))) {
            plain.remove("workflow_id"); // a workflow of its own
        }
        ArrayNode dependencies = (ArrayNode) plain.path("dependencies");
        dependencies.forEach(one -> ((ObjectNode) one).remove("met"));
        return plain;
    }

    @Test
    void tasks_further_down_are_waited_for_and_what_leads_nowhere_is_refused_with_its_place() {
        TestServer server = started(database);
        StringBuilder tasks = new StringBuilder();
        int chain = 1200;
        for (int i = chain; i > 0; i--) {
            tasks.append("{\"id\":\"t%d\",\"action_name\":\"echo\",\"dependencies\":[%s]},"
                    .formatted(i, i == 1 ? "" : "\"t" + (i - 1) + "\""));
        }
        tasks.append("{\"id\":\"lost\",\"action_name\":\"echo\",\"dependencies\":[\"nowhere\"]},");
        tasks.append("{\"id\":\"behind\",\"action_name\":\"echo\",\"dependencies\":[\"lost\"]},");
        tasks.append("{\"id\":\"wrong\",\"action_name\":\"echo\",\"priority\":\"SOON\"},");
        tasks.append("{\"id\":\"a\",\"action_name\":\"echo\",\"dependencies\":[\"b\"]},");
        tasks.append("{\"id\":\"b\",\"action_name\":\"echo\",\"dependencies\":[\"a\"]},");
        tasks.append("{\"id\":\"ended\",\"status\":\"skipped\",\"dependencies\":[\"nowhere\"]},");
        tasks.append("{\"id\":\"params\",\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":\"x\"}},");
        tasks.append("{\"action_name\":\"echo\"}");

        JsonNode report = server.post(STATE, "{\"version\":\"1.0\",\"tasks\":[" + tasks + "]}")
                .is(200)
                .json();

        assertThat(report.at("/totals/restored").asInt()).isEqualTo(chain);
        assertThat(refusals(report))
                .containsEntry("lost", "/tasks/1200")
                .containsEntry("behind", "/tasks/1201")
                .containsEntry("wrong", "/tasks/1202/priority")
                .containsKey("a")
                .containsKey("b")
                .containsEntry("params", "/tasks/1206/action_params/milliseconds")
                .containsEntry("null", "/tasks/1207/id")
                .hasSize(7);
        assertThat(verdicts(report)).containsEntry("ended", "kept");
        server.await(ids(report).get("t" + chain), "COMPLETED");
    }

    @Test
    void a_task_that_a_later_one_may_take_waits_for_it() {
        TestServer server = started(database);
        String file = """
            {"version":"1.0","tasks":[
             {"id":"taken","action_name":"echo"},
             {"id":"left","action_name":"echo"},
             %s
             {"id":"decides","action_name":"echo","action_params":{"value":1},"conditional_branches":[
               {"condition_type":"success","condition_value":null,"next_task_id":"taken","next_task_template":null},
               {"condition_type":"failure","condition_value":null,"next_task_id":"left","next_task_template":null}]},
             {"id":"broken","action_name":"echo","priority":"NO","conditional_branches":[{"condition_type":"success","next_task_id":"orphan"}]},
             {"id":"orphan","action_name":"echo"}]}
            """.formatted(fillers(600));

        Map<String, String> ids = ids(server.post(STATE, file).is(200).json());

        server.await(ids.get("taken"), "COMPLETED");
        assertThat(server.await(ids.get("left"), "SKIPPED").path("reason").asText())
                .isEqualTo("no branch took it");
        server.await(ids.get("orphan"), "SKIPPED");
    }

    private static String fillers(int count) {
        StringBuilder fillers = new StringBuilder();
        for (int i = 0; i < count; i++) {
            fillers.append("{\"id\":\"f%d\",\"status\":\"skipped\"},".formatted(i));
        }
        return fillers.toString();
    }

    @Test
    void attempts_made_before_count() {
        TestServer server = started(database);
        JsonNode report = server.post(STATE, """
            {"version":"1.0","tasks":[
             {"id":"p","status":"PENDING","action_name":"fail","action_params":{"message":"x"},"max_attempts":3,"attempt_count":2,"error":"old"},
             {"id":"r","status":"in_progress","action_name":"echo","max_attempts":1,"attempt_count":1,"started_at":"2026-02-05T20:37:12.321247"},
             {"id":"f","status":"FAILED","action_name":"fail","max_attempts":2,"attempt_count":2},
             {"id":"c","status":"Completed","action_name":"echo","attempt_count":2,"error":"TypeError: once","result":[1]}]}\
            """).is(200).json();

        Map<String, String> ids = ids(report);
        assertThat(server.await(ids.get("p"), "FAILED").path("attempt_count").asInt())
                .isEqualTo(3);
        assertThat(server.await(ids.get("r"), "COMPLETED").path("attempt_count").asInt())
                .isEqualTo(2);
        assertThat(server.attempts(ids.get("r")).getFirst().path("outcome").asText())
                .isEqualTo("LOST");
        assertThat(verdicts(report)).containsEntry("f", "kept").containsEntry("c", "kept");
        assertThat(server.attempts(ids.get("c")).getFirst().path("error").asText())
                .isEqualTo("TypeError: once");
    }

    @Test
    void a_file_that_is_cut_off_or_none_leaves_nothing_behind() throws Exception {
        TestServer server = started(database);
        String whole = resource("queue_state.json");
        for (int length :
                new int[] {0, 1, whole.length() / 3, whole.length() / 2, whole.lastIndexOf(']'), whole.length() - 3}) {
            String said = server.post(STATE, whole.substring(0, length))
                    .problem(400)
                    .at("/errors/0/message")
                    .asText();
            assertThat(said).as("%d characters", length).isNotBlank();
        }
        assertThat(server.post(STATE, whole + "x").faultPaths()).containsExactly("");
        assertThat(server.post(STATE, whole.replace("\"1.0\"", "\"2.0\"")).faultPaths())
                .containsExactly("/version");
        assertThat(server.post(STATE, "[]").faultPaths()).containsExactly("");
        assertThat(server.post(STATE, "{}").faultPaths()).containsExactly("");
        assertThat(server.post(STATE, "{\"tasks\":{}}").faultPaths()).containsExactly("/tasks");
        assertThat(server.post(STATE, "{\"tasks\":[1]}")
                        .is(200)
                        .json()
                        .at("/totals/refused")
                        .asInt())
                .isEqualTo(1);
        assertThat(Sql.number(database, "select count(*) from escapement.task")).isZero();
    }

    @Test
    void an_export_is_of_one_moment_while_tasks_run() {
        TestServer server = started(database);
        server.submitMany(3000, "{\"action_name\":\"echo\",\"action_params\":{\"value\":1}}");

        for (int round = 0; round < 5; round++) {
            JsonNode file = server.get(STATE).is(200).json();

            Map<String, Integer> counts = new HashMap<>();
            file.path("tasks").forEach(task -> counts.merge(task.path("status").asText(), 1, Integer::sum));
            assertThat(file.path("tasks")).hasSize(3000);
            assertThat(file.at("/metrics/completed_tasks").asInt()).isEqualTo(counts.getOrDefault("COMPLETED", 0));
            assertThat(file.at("/metrics/active_tasks").asInt()).isEqualTo(counts.getOrDefault("IN_PROGRESS", 0));
            assertThat(file.at("/metrics/pending_tasks").asInt()).isEqualTo(counts.getOrDefault("PENDING", 0));
        }
        server.awaitCount(Duration.ofSeconds(60), "COMPLETED", 3000);
    }

    @Test
    void an_export_holds_what_is_asked_for() {
        TestServer server = started(database);
        String done = server.submit("{\"action_name\":\"echo\",\"queue\":\"a\"}");
        server.await(done, "COMPLETED");
        String waiting = server.submit(
                "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":1},\"workflow_id\":\"w\",\"delay_seconds\":1000}");

        assertThat(exported(server, "?status=scheduled")).containsExactly(waiting);
        assertThat(exported(server, "?ended=true")).containsExactly(done);
        assertThat(exported(server, "?ended=false")).containsExactly(waiting);
        assertThat(exported(server, "?ended=false&status=COMPLETED")).isEmpty();
        assertThat(exported(server, "?queue=a")).containsExactly(done);
        assertThat(exported(server, "?action=sleep")).containsExactly(waiting);
        assertThat(exported(server, "?workflow_id=w")).containsExactly(waiting);
        assertThat(exported(server, "?workflow_id=" + done)).containsExactly(done);
        assertThat(server.get(STATE + "?ended=perhaps&nonsense=1").faultPaths())
                .containsExactlyInAnyOrder("ended", "nonsense");
    }

    @Test
    void a_result_that_was_no_json_is_a_text_with_a_flag_and_comes_back_so() {
        TestServer server = started(database);
        String id = server.submit("echo", "{\"value\":1}");
        server.await(id, "COMPLETED");
        Sql.update(database, "update escapement.ended set result = '{\"unstorable_result\": \"<object at 0x1>\"}'");
        String file = server.get(STATE).is(200).text();
        JsonNode task = Json.parse(file).at("/tasks/0");
        assertThat(task.path("result").asText()).isEqualTo("<object at 0x1>");
        assertThat(task.path("result_is_text").asBoolean()).isTrue();

        TestServer there = started(newDatabase());
        Map<String, String> ids = ids(there.post(STATE, file).is(200).json());

        assertThat(there.task(ids.get(id)).at("/result/unstorable_result").asText())
                .isEqualTo("<object at 0x1>");
    }

    private static List<String> exported(TestServer server, String query) {
        List<String> ids = new ArrayList<>();
        server.get(STATE + query)
                .is(200)
                .json()
                .path("tasks")
                .forEach(task -> ids.add(task.path("id").asText()));
        return ids;
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(StateDbTest.class.getResourceAsStream("/state/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Map<String, JsonNode> byId(JsonNode file) {
        Map<String, JsonNode> tasks = new HashMap<>();
        file.path("tasks").forEach(task -> tasks.put(task.path("id").asText(), task));
        return tasks;
    }

    private static Map<String, String> verdicts(JsonNode report) {
        Map<String, String> verdicts = new HashMap<>();
        report.path("tasks")
                .forEach(task -> verdicts.put(
                        task.path("id").asText(), task.path("verdict").asText()));
        return verdicts;
    }

    private static Map<String, String> ids(JsonNode report) {
        Map<String, String> ids = new HashMap<>();
        report.path("tasks")
                .forEach(task ->
                        ids.put(task.path("id").asText(), task.path("task_id").asText()));
        return ids;
    }

    private static Map<String, String> refusals(JsonNode report) {
        Map<String, String> refusals = new HashMap<>();
        for (JsonNode task : report.path("tasks")) {
            if (task.path("verdict").asText().equals("refused")) {
                refusals.put(task.path("id").asText(), task.at("/errors/0/path").asText());
            }
        }
        return refusals;
    }
}
