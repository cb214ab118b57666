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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What follows a task's end by its branches, over HTTP on a real database. */
class BranchDbTest {
    /** Returns its parameter {@code value} and refuses nothing. */
    private static final TestAction ANSWER = new TestAction(
            "answer", context -> new Outcome.Succeeded(context.params().get("value")));

    private static TestDatabase database;

    @BeforeAll
    static void create() {
        database = TestDatabase.create();
    }

    @AfterAll
    static void invariants() {
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_success_branch_makes_its_task_as_the_template_says() {
        try (TestServer server = TestServer.start(database, ANSWER)) {
            String parent = server.submit("""
                    {"action_name":"answer","priority":"HIGH","confidence_score":0.9,"workflow_id":"c13","conditional_branches":[
                      {"condition_type":"success","next_task_template":{"description":"Success branch: Extract data",
                       "action_name":"echo","action_params":{"value":".data"},"priority":"HIGH","confidence_score":0.8}},
                      {"condition_type":"failure","next_task_template":{"action_name":"echo","description":"never"}}]}""");

            JsonNode workflow = settled(server, "c13");
            assertThat(workflow.path("counts").path("COMPLETED").intValue()).isEqualTo(2);
            JsonNode child = children(server, parent).getFirst();
            assertThat(child.path("description").asText()).isEqualTo("Success branch: Extract data");
            assertThat(child.path("priority").asText()).isEqualTo("HIGH");
            assertThat(child.path("confidence_score").decimalValue()).isEqualByComparingTo("0.8");
            assertThat(child.path("parent_id").asText()).isEqualTo(parent);
            assertThat(child.path("workflow_id").asText()).isEqualTo("c13");
        }
    }

    @Test
    void a_failure_branch_fires_once_and_only_after_the_last_attempt() {
        try (TestServer server = TestServer.start(database)) {
            String parent = server.submit("""
                    {"action_name":"fail","max_attempts":3,"retry":{"first_seconds":0.05},"workflow_id":"c14","conditional_branches":[
                      {"condition_type":"failure","next_task_template":{"action_name":"echo","description":"recover"}},
                      {"condition_type":"success","next_task_template":{"action_name":"echo","description":"never"}}]}""");

            settled(server, "c14");
            assertThat(server.attempts(parent)).hasSize(3);
            assertThat(children(server, parent))
                    .singleElement()
                    .satisfies(child ->
                            assertThat(child.path("description").asText()).isEqualTo("recover"));
        }
    }

    @Test
    void results_are_compared_as_the_table_says() {
        String table = """
                result_equals   | 1             | 1.0     | true
                result_equals   | "OK"          | "ok"    | false
                result_equals   | {"a":1}       | {"a":1} | true
                result_equals   | {"a":1,"b":2} | {"a":1} | false
                result_equals   | null          | null    | true
                result_equals   | true          | 1       | false
                result_contains | {"a":1}       | "a"     | true
                result_contains | {"a":"x"}     | "x"     | false
                result_contains | "hello"       | "ell"   | true
                result_contains | [1,2]         | 1       | true
                result_contains | {"a":1}       | ["a"]   | false
                """;
        try (TestServer server = TestServer.start(database, ANSWER)) {
            table.lines().forEach(line -> {
                String[] row = line.split("\\|");
                String parent = server.submit("""
                        {"action_name":"answer","action_params":{"value":%s},"conditional_branches":[
                          {"condition_type":"%s","condition_value":%s,"next_task_template":{"action_name":"echo"}}]}""".formatted(row[1].strip(), row[0].strip(), row[2].strip()));

                settled(server, parent);
                assertThat(server.task(parent).path("status").asText()).as(line).isEqualTo("COMPLETED");
                assertThat(children(server, parent))
                        .as(line)
                        .hasSize(row[3].strip().equals("true") ? 1 : 0);
            });
        }
    }

    @Test
    void a_condition_tree_decides_with_templates_in_templates() {
        try (TestServer server = TestServer.start(database, ANSWER)) {
            String first = server.submit("""
                    {"action_name":"answer","action_params":{"value":{"score":0.4,"tags":["new"]}},"workflow_id":"tree",
                     "conditional_branches":[{"condition_type":"when",
                       "condition_value":{"all":[{"op":"lt","path":"/score","value":0.5},{"not":{"op":"contains","path":"/tags","value":"old"}}]},
                       "next_task_template":{"action_name":"answer","action_params":{"value":{"$result":{"task":"parent","path":"/score"}}},
                         "conditional_branches":[{"condition_type":"result_equals","condition_value":0.4,
                           "next_task_template":{"action_name":"echo","description":"grandchild"}}]}}]}""");

            settled(server, "tree");
            JsonNode child = children(server, first).getFirst();
            assertThat(child.path("result").decimalValue()).isEqualByComparingTo("0.4");
            assertThat(children(server, child.path("id").asText()))
                    .singleElement()
                    .satisfies(grandchild ->
                            assertThat(grandchild.path("status").asText()).isEqualTo("COMPLETED"));
        }
    }

    @Test
    void a_task_named_by_a_branch_runs_once_if_taken_and_is_skipped_if_not() {
        try (TestServer server = TestServer.start(database, ANSWER)) {
            for (String answer : List.of("YES", "NO")) {
                Map<String, String> ids = server.submitBatch("""
                        {"tasks":[
                          {"ref":"T","action_name":"echo"},
                          {"ref":"after","action_name":"echo","dependencies":[{"task_id":"T","required_status":"ANY"}]},
                          {"ref":"main","action_name":"answer","action_params":{"value":"%s"},"conditional_branches":[
                            {"condition_type":"result_equals","condition_value":"YES","next_task_id":"T"}]}]}""".formatted(answer));

                server.await(ids.get("after"), "COMPLETED");
                JsonNode target = server.task(ids.get("T"));
                assertThat(target.path("status").asText()).isEqualTo(answer.equals("YES") ? "COMPLETED" : "SKIPPED");
                assertThat(server.attempts(ids.get("T"))).hasSize(answer.equals("YES") ? 1 : 0);
                if (answer.equals("NO")) {
                    assertThat(target.path("reason").asText()).isEqualTo("no branch took it");
                }
            }
        }
    }

    @Test
    void a_stored_task_that_has_not_started_waits_for_the_branch_that_names_it() {
        try (TestServer server = TestServer.start(database, ANSWER)) {
            String target = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":600}");
            String started = server.submit("echo", "{}");
            server.await(started, "COMPLETED");
            String branch = """
                    {"action_name":"answer","action_params":{"value":1},"delay_seconds":%d,"conditional_branches":[
                      {"condition_type":"failure","next_task_id":"%s"}]}""";

            assertThat(server.post("/api/v1/tasks", branch.formatted(0, started))
                            .problem(400)
                            .path("detail")
                            .asText())
                    .contains("has started, has ended or does not exist");
            String source = server.submit(branch.formatted(1, target));
            assertThat(server.task(target).path("status").asText()).isEqualTo("BLOCKED");
            assertThat(server.task(target).path("reason").asText()).isEqualTo("waits for its branch to be taken");

            server.await(source, "COMPLETED");
            server.await(target, "SKIPPED");
        }
    }

    @Test
    void a_task_that_a_branch_has_taken_goes_its_way_whoever_names_it_later() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"other","action_name":"hold"},
                      {"ref":"T","action_name":"echo","dependencies":["other"]},
                      {"ref":"first","action_name":"echo","conditional_branches":[
                        {"condition_type":"success","next_task_id":"T"}]}]}""");
            server.await(ids.get("first"), "COMPLETED");
            String second = server.submit("""
                    {"action_name":"echo","conditional_branches":[{"condition_type":"failure","next_task_id":"%s"}]}""".formatted(ids.get("T")));
            server.await(second, "COMPLETED");
            recorder.release();

            server.await(ids.get("T"), "COMPLETED");
        }
    }

    @Test
    void a_template_that_waits_for_what_its_own_branch_is_to_take_is_refused() {
        try (TestServer server = TestServer.start(database)) {
            assertThat(server.post("/api/v1/tasks/batch", """
                            {"tasks":[{"ref":"T","action_name":"echo"},
                                      {"action_name":"echo","conditional_branches":[{"condition_type":"success",
                                         "next_task_template":{"action_name":"echo","dependencies":["T"],"conditional_branches":[
                                           {"condition_type":"success","next_task_id":"T"}]}}]}]}""").faultPaths())
                    .containsExactly("/tasks/1/conditional_branches/0/next_task_template/dependencies/0");
        }
    }

    @Test
    void a_branch_that_cannot_be_carried_out_leaves_its_parent_and_the_others_alone() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String parent = server.submit("""
                    {"action_name":"hold","action_params":{"name":"c18"},"conditional_branches":[
                      {"condition_type":"success","next_task_template":{"action_name":"echo","description":"first"}},
                      {"condition_type":"success","next_task_template":{"action_name":"echo","description":"second"}}]}""");
            Sql.update(
                    database,
                    "update escapement.task set branches = jsonb_set(branches, '{1,next_task_template,action_name}', '\"unheard_of\"') where id = "
                            + parent);
            recorder.release();

            settled(server, parent);
            assertThat(server.task(parent).path("status").asText()).isEqualTo("COMPLETED");
            assertThat(server.attempts(parent)).hasSize(1);
            assertThat(children(server, parent))
                    .singleElement()
                    .satisfies(child ->
                            assertThat(child.path("description").asText()).isEqualTo("first"));
            assertThat(Sql.texts(
                            database,
                            "select detail ->> 'error' from escapement.event where kind = 'branch_error' and task_id = "
                                    + parent))
                    .containsExactly("no node ever offered the action 'unheard_of'");
        }
    }

    @Test
    void a_cancelled_task_takes_no_branch_and_a_person_can_run_a_failed_one_again() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String parent = server.submit("""
                    {"action_name":"hold","conditional_branches":[
                      {"condition_type":"success","next_task_template":{"action_name":"echo"}},
                      {"condition_type":"failure","next_task_template":{"action_name":"echo"}}]}""");
            server.await(parent, "IN_PROGRESS");
            server.post("/api/v1/tasks/" + parent + "/cancel", "{\"reason\":\"no more\"}")
                    .is(200);
            server.await(parent, "CANCELLED");
            assertThat(children(server, parent)).isEmpty();

            recorder.release();
            server.post("/api/v1/tasks/" + parent + "/retry", "{\"reason\":\"after all\"}")
                    .is(200);
            server.await(parent, "COMPLETED");
            settled(server, parent);
            assertThat(children(server, parent)).hasSize(1);
        }
    }

    @Test
    void a_task_that_was_cancelled_before_it_ran_can_be_run_again_and_cancelled_again() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String gate = server.submit("hold", "{\"name\":\"gate\"}");
            String parent = server.submit("""
                    {"action_name":"echo","dependencies":["%s"],"conditional_branches":[
                      {"condition_type":"success","next_task_template":{"action_name":"echo"}}]}""".formatted(gate));
            for (String operation : List.of("cancel", "retry", "cancel", "retry")) {
                server.post("/api/v1/tasks/" + parent + "/" + operation, "{\"reason\":\"to and fro\"}")
                        .is(200);
            }

            recorder.release();

            settled(server, parent);
            assertThat(server.attempts(parent)).hasSize(1);
            assertThat(children(server, parent)).hasSize(1);
        }
    }

    @Test
    void a_dry_run_takes_its_success_branch_and_its_children_are_dry_runs_too() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String parent = server.submit("""
                    {"action_name":"record","dry_run":true,"conditional_branches":[
                      {"condition_type":"success","next_task_template":{"action_name":"record","description":"Submit order"}}]}""");

            settled(server, parent);
            JsonNode child = children(server, parent).getFirst();
            assertThat(child.path("dry_run").booleanValue()).isTrue();
            assertThat(child.path("result"))
                    .isEqualTo(
                            Json.parse("{\"dry_run\":true,\"message\":\"Dry-run mode: Submit order not executed\"}"));
            assertThat(recorder.started()).isEmpty();
        }
    }

    @Test
    void results_flow_into_the_parameters_of_those_that_wait_for_them() {
        try (TestServer server = TestServer.start(database, ANSWER)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[
                      {"ref":"sum","action_name":"answer","dependencies":["price","count"],"action_params":{"value":{
                         "price":{"$result":{"task":"price","path":"/eur"}},"count":{"$result":{"task":"count","path":""}},
                         "note":{"$result":{"task":"price","path":"/note","default":"none"}}}}},
                      {"ref":"missing","action_name":"answer","dependencies":["price"],"max_attempts":3,
                         "action_params":{"value":{"$result":{"task":"price","path":"/usd"}}}},
                      {"ref":"unfit","action_name":"sleep","dependencies":["price"],
                         "action_params":{"milliseconds":{"$result":{"task":"price","path":"/text"}}}},
                      {"ref":"price","action_name":"answer","action_params":{"value":{"eur":12345678901234567890.5,"text":"long"}}},
                      {"ref":"count","action_name":"answer","action_params":{"value":3}}]}""");

            assertThat(server.await(ids.get("sum"), "COMPLETED").path("result"))
                    .isEqualTo(Json.parse("{\"price\":12345678901234567890.5,\"count\":3,\"note\":\"none\"}"));
            JsonNode missing = server.await(ids.get("missing"), "FAILED");
            assertThat(missing.path("error").asText()).contains("/usd");
            assertThat(server.attempts(ids.get("missing"))).hasSize(1);
            assertThat(server.await(ids.get("unfit"), "FAILED").path("error").asText())
                    .contains("/action_params/milliseconds");
        }
    }

    @Test
    void faults_in_branches_are_named_by_their_place_however_deep() {
        try (TestServer server = TestServer.start(database)) {
            assertThat(server.post("/api/v1/tasks", """
                            {"action_name":"echo","conditional_branches":[
                              {"condition_type":"bogus","next_task_template":{"action_name":"echo"}},
                              {"condition_type":"success"},
                              {"condition_type":"success","next_task_template":{"action_name":"echo","confidence_score":2,"conditional_branches":[
                                {"condition_type":"failure","next_task_template":{"action_name":"echo","workflow_id":"w"}}]}}]}""").faultPaths())
                    .containsExactlyInAnyOrder(
                            "/conditional_branches/0/condition_type",
                            "/conditional_branches/1/next_task_id",
                            "/conditional_branches/2/next_task_template/confidence_score",
                            "/conditional_branches/2/next_task_template/conditional_branches/0/next_task_template/workflow_id");
            assertThat(server.post("/api/v1/tasks", """
                            {"action_name":"echo","conditional_branches":[
                              {"condition_type":"success","next_task_template":{"action_name":"unheard_of"}},
                              {"condition_type":"success","next_task_template":{"action_name":"sleep","action_params":{"milliseconds":"x"}}}]}""").faultPaths())
                    .containsExactlyInAnyOrder(
                            "/conditional_branches/0/next_task_template/action_name",
                            "/conditional_branches/1/next_task_template/action_params/milliseconds");
            assertThat(server.post("/api/v1/tasks", """
                            {"action_name":"echo","action_params":{"value":{"$result":{"task":"5","path":""}}}}""").faultPaths()).containsExactly("/action_params/value");
            assertThat(server.post("/api/v1/tasks/batch", """
                            {"tasks":[{"ref":"T","action_name":"echo"},
                                      {"ref":"S","action_name":"echo","dependencies":["T"],"conditional_branches":[
                                         {"condition_type":"success","next_task_id":"T"}]}]}""")
                            .problem(400)
                            .path("errors")
                            .get(0)
                            .path("message")
                            .asText())
                    .isEqualTo("would wait for itself: T -> S -> T");
        }
    }

    @Test
    void of_two_tasks_that_end_on_two_nodes_at_once_the_last_one_skips_what_neither_took() {
        try (TestServer one = TestServer.start(database, ANSWER);
                TestServer two = TestServer.start(database, ANSWER)) {
            List<String> targets = new ArrayList<>();
            for (int batch = 0; batch < 4; batch++) {
                StringBuilder tasks = new StringBuilder();
                for (int i = 0; i < 100; i++) {
                    String source = """
                            {"ref":"%2$s%1$d","action_name":"answer","action_params":{"value":1},"conditional_branches":[
                              {"condition_type":"failure","next_task_id":"t%1$d"}]},""";
                    tasks.append("{\"ref\":\"t%d\",\"action_name\":\"answer\"},".formatted(i))
                            .append(source.formatted(i, "l"))
                            .append(source.formatted(i, "r"));
                }
                tasks.setLength(tasks.length() - 1);
                (batch % 2 == 0 ? one : two)
                        .submitBatch("{\"tasks\":[" + tasks + "]}")
                        .forEach((ref, id) -> {
                            if (ref.startsWith("t")) {
                                targets.add(id);
                            }
                        });
            }

            targets.forEach(target -> one.await(target, "SKIPPED"));
        }
    }

    @Test
    void children_of_tasks_that_end_in_crowds_on_two_nodes_are_made_once_each() {
        Recorder recorder = new Recorder();
        try (TestServer one = TestServer.start(database, recorder.actions());
                TestServer two = TestServer.start(database, recorder.actions())) {
            StringBuilder tasks = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                tasks.append("""
                        {"action_name":"echo","workflow_id":"crowd","conditional_branches":[
                          {"condition_type":"success","next_task_template":{"action_name":"record","action_params":{"name":"c%1$d"}}}]},""".formatted(i));
            }
            tasks.setLength(tasks.length() - 1);
            one.submitBatch("{\"tasks\":[" + tasks + "]}");

            Eventually.within(
                    Duration.ofSeconds(30), () -> assertThat(recorder.started()).hasSize(500));
            assertThat(settled(two, "crowd").path("counts").path("COMPLETED").intValue())
                    .isEqualTo(1_000);
            assertThat(new HashSet<>(recorder.started())).hasSize(500);
        }
    }

    private static JsonNode settled(TestServer server, String workflow) {
        return server.get("/api/v1/workflows/" + workflow + "/wait").is(200).json();
    }

    private static List<JsonNode> children(TestServer server, String parent) {
        List<JsonNode> children = new ArrayList<>();
        for (String id : Sql.texts(
                database, "select id::text from escapement.task where parent_id = " + parent + " order by id")) {
            children.add(server.task(id));
        }
        return children;
    }
}
