package escapement.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Answer;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The graph of a workflow as JSON, DOT and Mermaid. */
class GraphDbTest {
    private static final String HOSTILE =
            "\"];x->y;//\\\" #quot; <script>alert(1)</script> end`|{%% &lt; ]\n  n1 --> n2; \\";

    private static final String DOT_TEXT = "\"(?:[^\"\\\\\\n]|\\\\.)*\"";
    private static final String DOT_ATTRIBUTES = "\\[(?:\\w+=(?:" + DOT_TEXT + "|\\w+)(?:, )?)+];";
    private static final Pattern DOT_NODE = Pattern.compile("  " + DOT_TEXT + " " + DOT_ATTRIBUTES);
    private static final Pattern DOT_EDGE = Pattern.compile("  " + DOT_TEXT + " -> " + DOT_TEXT + " " + DOT_ATTRIBUTES);

    private static final String MERMAID_TEXT = "\"(?:[\\p{L}\\p{N} ,:/=!?']|#\\d+;|<br/>)*\"";
    private static final Pattern MERMAID_NODE =
            Pattern.compile("  (?:n\\d+|b\\d+_\\d+)\\[" + MERMAID_TEXT + "]:::\\w+");
    private static final Pattern MERMAID_EDGE =
            Pattern.compile("  n\\d+ (?:-->|-\\.->)(?:\\|" + MERMAID_TEXT + "\\|)? (?:n\\d+|b\\d+_\\d+)");
    private static final Pattern MERMAID_STYLE =
            Pattern.compile("  (?:classDef \\w+|class n\\d+|linkStyle [\\d,]+) [\\w:#,-]+");

    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
    }

    @Test
    void a_chain_and_a_branch_are_four_nodes_two_dependencies_and_one_branch() {
        Map<String, String> ids = chainWithBranch("plain", "extracts");

        JsonNode graph = json("plain");

        assertThat(graph.path("workflow_id").textValue()).isEqualTo("plain");
        assertThat(graph.path("task_count").intValue()).isEqualTo(4);
        assertThat(graph.path("truncated").booleanValue()).isFalse();
        assertThat(graph.path("nodes")).hasSize(4);
        JsonNode child = graph.at("/nodes/3");
        assertThat(child.path("id").textValue()).isEqualTo(ids.get("child"));
        assertThat(child.path("parent_id").textValue()).isEqualTo(ids.get("C"));
        assertThat(child.path("description").textValue()).isEqualTo("extracts");
        assertThat(child.path("status").textValue()).isEqualTo("SCHEDULED");
        assertThat(child.path("risk_level").textValue()).isEqualTo("HIGH");
        assertThat(child.path("confidence_score").decimalValue()).isEqualByComparingTo("0.8");
        assertThat(child.path("external").booleanValue()).isFalse();

        List<JsonNode> dependencies = edges(graph, "dependency");
        assertThat(dependencies).hasSize(2);
        assertThat(dependencies.getFirst().path("from").textValue()).isEqualTo(ids.get("A"));
        assertThat(dependencies.getFirst().path("to").textValue()).isEqualTo(ids.get("B"));
        assertThat(dependencies.getFirst().path("met").booleanValue()).isTrue();
        assertThat(dependencies.getFirst().path("required_status").textValue()).isEqualTo("COMPLETED");
        List<JsonNode> branches = edges(graph, "branch");
        assertThat(branches).hasSize(1);
        assertThat(branches.getFirst().path("from").textValue()).isEqualTo(ids.get("C"));
        assertThat(branches.getFirst().path("to").textValue()).isEqualTo(ids.get("child"));
        assertThat(branches.getFirst().path("condition").textValue()).isEqualTo("success");
        assertThat(branches.getFirst().path("taken").booleanValue()).isTrue();
    }

    @Test
    void branches_show_their_condition_and_whether_they_were_taken() {
        String target = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600,\"workflow_id\":\"forks\"}");
        String source = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600,\"workflow_id\":\"forks\"}");
        setBranches(source, """
                [{"condition_type":"when","condition_value":{"op":"eq","path":"/score","value":null},"next_task_id":"%s"},
                 {"condition_type":"failure","next_task_template":{"action_name":"repair"}}]""".formatted(target));

        List<JsonNode> undecided = edges(json("forks"), "branch");
        assertThat(undecided).hasSize(2);
        assertThat(undecided.get(0).path("condition").textValue()).isEqualTo("result /score == null");
        assertThat(undecided.get(0).path("to").textValue()).isEqualTo(target);
        assertThat(undecided.get(0).path("taken").isNull()).isTrue();
        assertThat(undecided.get(1).path("to").isNull()).isTrue();
        assertThat(undecided.get(1).path("action_name").textValue()).isEqualTo("repair");

        server.post("/api/v1/tasks/" + source + "/cancel", "{\"reason\":\"enough\"}")
                .is(200);
        Sql.update(
                database,
                "insert into escapement.branch_result (task_id, attempt, position, taken, error)"
                        + " values (?, 1, 0, false, null), (?, 1, 1, false, 'no such action')",
                Long.parseLong(source),
                Long.parseLong(source));

        List<JsonNode> decided = edges(json("forks"), "branch");
        assertThat(decided)
                .hasSize(2)
                .allSatisfy(edge -> assertThat(edge.path("taken").isBoolean()
                                && !edge.path("taken").booleanValue())
                        .isTrue());
        assertThat(decided.get(1).path("error").textValue()).isEqualTo("no such action");
        String dot = get("forks", "dot").text();
        assertThat(dot).contains("failure (not taken) (no such action)").contains("style=dashed");
    }

    @Test
    void a_task_of_another_workflow_that_leads_here_is_marked() {
        String elsewhere = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600,\"workflow_id\":\"there\"}");
        String here = server.submit(
                "{\"action_name\":\"echo\",\"workflow_id\":\"here\",\"dependencies\":[\"%s\"]}".formatted(elsewhere));

        JsonNode graph = json("here");

        assertThat(graph.path("task_count").intValue()).isEqualTo(1);
        Map<String, Boolean> external = new HashMap<>();
        graph.path("nodes")
                .forEach(node -> external.put(
                        node.path("id").textValue(), node.path("external").booleanValue()));
        assertThat(external).isEqualTo(Map.of(elsewhere, true, here, false));
        assertThat(json("there").path("nodes")).hasSize(1);
    }

    @Test
    void a_task_without_a_workflow_is_a_graph_of_its_own() {
        String id = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");

        assertThat(json(id).path("nodes")).hasSize(1);
    }

    @Test
    void texts_cannot_break_out_of_dot() {
        chainWithBranch("hostile", HOSTILE);

        Answer answer = get("hostile", "dot");

        assertThat(answer.contentType()).startsWith("text/vnd.graphviz");
        List<String> lines = answer.text().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("digraph workflow {");
        assertThat(lines.getLast()).isEqualTo("}");
        List<String> inner = lines.subList(3, lines.size() - 1);
        assertThat(inner.stream().filter(line -> DOT_EDGE.matcher(line).matches()))
                .hasSize(3);
        assertThat(inner.stream().filter(line -> DOT_NODE.matcher(line).matches()))
                .hasSize(4);
        assertThat(inner).hasSize(7);
        assertThat(answer.text()).contains("class=\"COMPLETED\"").contains("&amp;lt;");
    }

    @Test
    void texts_cannot_break_out_of_mermaid() {
        chainWithBranch("hostile too", HOSTILE);

        Answer answer = get("hostile%20too", "mermaid");

        assertThat(answer.contentType()).startsWith("application/vnd.mermaid");
        List<String> lines = answer.text().lines().toList();
        assertThat(lines.getFirst()).isEqualTo("flowchart TD");
        List<String> inner = lines.subList(1, lines.size());
        assertThat(inner.stream().filter(line -> MERMAID_NODE.matcher(line).matches()))
                .hasSize(4);
        assertThat(inner.stream().filter(line -> MERMAID_EDGE.matcher(line).matches()))
                .hasSize(3);
        assertThat(inner.stream()
                        .filter(line -> !MERMAID_NODE.matcher(line).matches()
                                && !MERMAID_EDGE.matcher(line).matches()))
                .allMatch(line -> MERMAID_STYLE.matcher(line).matches());
        assertThat(answer.text()).contains("-.->|\"success #40;taken#41;\"|").contains(":::SCHEDULED");
    }

    @Test
    void a_larger_workflow_is_cut_and_says_how_large_it_is() {
        server.submitMany(5002, "{\"action_name\":\"echo\",\"delay_seconds\":3600,\"workflow_id\":\"large\"}");

        JsonNode graph = json("large");

        assertThat(graph.path("nodes")).hasSize(5000);
        assertThat(graph.path("truncated").booleanValue()).isTrue();
        assertThat(graph.path("task_count").intValue()).isEqualTo(5002);
        assertThat(get("large", "dot").text()).contains("5000 tasks shown, it has 5002");
    }

    @Test
    void what_is_wrong_with_the_request_is_named() {
        server.submit("{\"action_name\":\"echo\",\"workflow_id\":\"known\"}");

        assertThat(server.get("/api/v1/workflows/known/graph?format=png").faultPaths())
                .containsExactly("format");
        assertThat(server.get("/api/v1/workflows/unknown/graph")
                        .problem(404)
                        .path("detail")
                        .textValue())
                .contains("'unknown'");
    }

    /** A, then B, then C, which has made a child by its branch. */
    private static Map<String, String> chainWithBranch(String workflow, String description) {
        Map<String, String> ids = new HashMap<>();
        server.post("/api/v1/tasks/batch", """
                        {"tasks":[
                          {"ref":"A","action_name":"echo","workflow_id":"%1$s"},
                          {"ref":"B","action_name":"echo","workflow_id":"%1$s","dependencies":["A"]},
                          {"ref":"C","action_name":"echo","workflow_id":"%1$s","dependencies":["B"],"description":%2$s},
                          {"ref":"child","action_name":"echo","workflow_id":"%1$s","delay_seconds":3600,"risk_level":"HIGH",
                           "confidence_score":0.8,"description":%2$s}]}""".formatted(workflow, TestServer.quote(description)))
                .is(201)
                .json()
                .path("tasks")
                .forEach(task ->
                        ids.put(task.path("ref").textValue(), task.path("id").textValue()));
        server.await(ids.get("C"), "COMPLETED");
        long parent = Long.parseLong(ids.get("C"));
        long child = Long.parseLong(ids.get("child"));
        setBranches(
                ids.get("C"),
                "[{\"condition_type\":\"success\",\"next_task_template\":{\"action_name\":\"echo\",\"description\":\"x\"}}]");
        Sql.update(database, "update escapement.task set parent_id = ? where id = ?", parent, child);
        Sql.update(
                database,
                "insert into escapement.branch_result (task_id, attempt, position, taken, task_to) values (?, 1, 0, true, ?)",
                parent,
                child);
        return ids;
    }

    private static void setBranches(String id, String branches) {
        Sql.update(
                database, "update escapement.task set branches = ?::jsonb where id = ?", branches, Long.parseLong(id));
    }

    private static JsonNode json(String workflow) {
        return server.get("/api/v1/workflows/" + workflow + "/graph").is(200).json();
    }

    private static Answer get(String workflow, String format) {
        return server.get("/api/v1/workflows/" + workflow + "/graph?format=" + format)
                .is(200);
    }

    private static List<JsonNode> edges(JsonNode graph, String kind) {
        List<JsonNode> edges = new ArrayList<>();
        graph.path("edges").forEach(edge -> {
            if (edge.path("kind").textValue().equals(kind)) {
                edges.add(edge);
            }
        });
        return edges;
    }
}
