package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.Config;
import escapement.Server;
import escapement.action.Actions;
import escapement.action.builtin.BuiltIns;
import escapement.db.DatabaseAddress;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** openapi.json and the server say the same. */
class OpenApiTest {
    private static final HttpClient http = HttpClient.newHttpClient();
    private static TestDatabase database;
    private static Server server;
    private static JsonNode api;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        database = TestDatabase.create();
        DatabaseAddress address = database.address();
        Config config = Config.of(Map.of(
                "ESCAPEMENT_PORT",
                "0",
                "ESCAPEMENT_METRICS_LOG",
                "false",
                "ESCAPEMENT_AUTH",
                "none",
                "ESCAPEMENT_DATABASE_URL",
                address.url(),
                "ESCAPEMENT_DATABASE_USER",
                address.user(),
                "ESCAPEMENT_DATABASE_PASSWORD",
                address.password(),
                "ESCAPEMENT_MAX_CONCURRENT_TASKS",
                "4",
                "ESCAPEMENT_DRAIN_SECONDS",
                "5",
                "ESCAPEMENT_ADMIN_UI_DIR",
                folder.toString()));
        server = new Server(config, address, new Actions(BuiltIns.all(config.httpAllowed())));
        server.start();
        api = Json.parse(get("/openapi.json").body());
    }

    @AfterAll
    static void stop() {
        server.close();
        database.close();
    }

    @Test
    void every_route_is_described_and_every_description_is_a_route() {
        List<String> described = operations().map(Operation::name).sorted().toList();

        assertThat(server.routes()).isEqualTo(described);
    }

    @Test
    void every_reference_leads_somewhere() {
        List<String> references = api.findValuesAsText("$ref");

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference ->
                        assertThat(follow(reference).isMissingNode()).isFalse());
    }

    @TestFactory
    Stream<DynamicTest> every_example_body_gets_the_documented_answer() {
        return operations()
                .flatMap(operation ->
                        operation.json().at("/requestBody/content/application~1json/examples").properties().stream()
                                .map(example -> DynamicTest.dynamicTest(
                                        operation.name() + " " + example.getKey(),
                                        () -> assertAnswersAsDocumented(
                                                operation,
                                                post(
                                                        operation.path(),
                                                        example.getValue().get("value"))))));
    }

    @TestFactory
    Stream<DynamicTest> every_read_gets_the_documented_answer() throws Exception {
        String stored =
                post("/api/v1/tasks", Json.parse("{\"action_name\":\"echo\"}")).body();
        String task = Json.parse(stored).get("id").asText();
        JsonNode nobody = Json.parse("{\"action\":\"cancel\",\"filter\":{\"queue\":\"nobody\"},\"reason\":\"r\"}");
        String started = post("/api/v1/operations", nobody).body();
        String ofMany = Json.parse(started).get("id").asText();
        String held = heldTask().get("id").asText();
        JsonNode wanted = Json.parse("{\"name\":\"ana\",\"roles\":[\"VIEWER\"]}");
        String token =
                Json.parse(post("/api/v1/tokens", wanted).body()).get("id").asText();
        fitMap();
        return operations()
                .filter(operation -> operation.method().equals("GET"))
                .filter(operation -> !operation.path().equals("/api/v1/events")) // it would never end
                .map(operation -> DynamicTest.dynamicTest(
                        operation.name(),
                        () -> assertAnswersAsDocumented(
                                operation,
                                get(operation
                                        .path()
                                        .replace("operations/{id}", "operations/" + ofMany)
                                        .replace("approvals/{id}", "approvals/" + held)
                                        .replace("{id}/decisions", held + "/decisions")
                                        .replace("{version}", "1")
                                        .replace("{day}", "20261123")
                                        .replace("tokens/{id}", "tokens/" + token)
                                        .replace("{name}", "queue-depth")
                                        .replace("{id}", task)))));
    }

    /** The first version there is. */
    private static void fitMap() throws Exception {
        Sql.update(database, """
                insert into escapement.calibration_micro (action, period, is_month, risk_level, path, micro, n, s, sc, scc, scs)
                select id, (now() at time zone 'UTC')::date - 1, false, 'LOW', 'AUTO', 900, 40, 20, 36000000, 0, 0
                  from escapement.action where name = 'echo'
                """);
        post("/api/v1/calibration/maps/fit", Json.parse("{}"));
    }

    @Test
    void every_query_parameter_of_the_list_is_known_to_it() throws Exception {
        List<String> names = new ArrayList<>();
        for (JsonNode parameter : operation("GET /api/v1/tasks").get("parameters")) {
            names.add(parameter.get("name").asText());
        }

        String refusal = Json.parse(get("/api/v1/tasks?nonsense=1").body())
                .at("/errors/0/message")
                .asText();

        assertThat(refusal).endsWith("known: " + String.join(", ", new TreeSet<>(names)));
    }

    @Test
    void every_field_of_a_new_task_is_known_to_the_server() throws Exception {
        JsonNode fields = api.at("/components/schemas/NewTask/properties");

        String refusal = Json.parse(post("/api/v1/tasks", Json.parse("{\"action_name\":\"echo\",\"nonsense\":1}"))
                        .body())
                .at("/errors/0/message")
                .asText();

        assertThat(refusal).endsWith("known here: " + String.join(", ", new TreeSet<>(names(fields))));
    }

    @Test
    void an_edit_is_answered_as_documented_and_knows_the_documented_fields() throws Exception {
        Operation edit = new Operation("PATCH", "/api/v1/tasks/{id}", operation("PATCH /api/v1/tasks/{id}"));
        JsonNode later = Json.parse("{\"action_name\":\"echo\",\"delay_seconds\":3600}");
        String path = "/api/v1/tasks/"
                + Json.parse(post("/api/v1/tasks", later).body()).get("id").asText();
        String body = Json.write(edit.json().at("/requestBody/content/application~1json/example"));

        assertAnswersAsDocumented(edit, patch(path, body), 200);
        assertAnswersAsDocumented(edit, patch(path, body), 409);
        HttpResponse<String> refused =
                patch(path, "{\"version\":2,\"reason\":\"r\",\"priority\":\"LOW\",\"nonsense\":1}");
        assertAnswersAsDocumented(edit, refused, 400);
        assertThat(Json.parse(refused.body()).at("/errors/0/message").asText())
                .endsWith("known here: "
                        + String.join(", ", new TreeSet<>(names(api.at("/components/schemas/TaskEdit/properties")))));
    }

    @Test
    void an_operation_is_previewed_refused_and_stopped_as_documented() throws Exception {
        Operation start = new Operation("POST", "/api/v1/operations", operation("POST /api/v1/operations"));
        String name = "POST /api/v1/operations/{id}/stop";
        Operation stop = new Operation("POST", "/api/v1/operations/{id}/stop", operation(name));
        JsonNode reason = Json.parse("{\"reason\":\"r\"}");
        String all = "{\"action\":\"cancel\",\"filter\":{\"queue\":\"stopped\"},\"reason\":\"r\",%s}";
        post("/api/v1/tasks", Json.parse("{\"action_name\":\"echo\",\"delay_seconds\":3600,\"queue\":\"stopped\"}"));

        assertAnswersAsDocumented(start, post(start.path(), Json.parse(all.formatted("\"preview\":true"))), 200);
        assertAnswersAsDocumented(start, post(start.path(), Json.parse(all.formatted("\"expected\":0"))), 409);
        HttpResponse<String> refused = post(start.path(), Json.parse(all.formatted("\"nonsense\":1")));
        assertAnswersAsDocumented(start, refused, 400);
        assertThat(Json.parse(refused.body()).at("/errors/0/message").asText())
                .endsWith("known here: "
                        + String.join(
                                ", ", new TreeSet<>(names(api.at("/components/schemas/NewOperation/properties")))));
        assertAnswersAsDocumented(stop, post("/api/v1/operations/77/stop", reason), 404);
    }

    @Test
    void what_the_gate_holds_is_decided_about_as_documented() throws Exception {
        Operation approve = ofTask("approve");
        Operation reject = ofTask("reject");
        Operation confidence = ofTask("confidence");
        JsonNode held = heldTask();
        String seen = "{\"payload_digest\":\"%s\",\"reason\":\"r\"}"
                .formatted(held.get("payload_digest").asText());

        JsonNode other = exampleOf(approve);
        assertAnswersAsDocumented(approve, post(path(approve, held), other), 409);
        assertAnswersAsDocumented(approve, post(path(approve, held), Json.parse(seen)), 200);
        assertAnswersAsDocumented(approve, post(path(approve, held), Json.parse("{}")), 400);
        assertAnswersAsDocumented(reject, post(path(reject, heldTask()), exampleOf(reject)), 200);
        assertAnswersAsDocumented(reject, post("/api/v1/tasks/77/reject", exampleOf(reject)), 404);
        assertAnswersAsDocumented(confidence, post(path(confidence, heldTask()), exampleOf(confidence)), 200);
        assertAnswersAsDocumented(
                new Operation("GET", "", operation("GET /api/v1/tasks/{id}/decisions")),
                get("/api/v1/tasks/" + held.get("id").asText() + "/decisions"),
                200);
    }

    @Test
    void a_policy_is_put_and_refused_as_documented() throws Exception {
        Operation put = new Operation("PUT", "/api/v1/policy", operation("PUT /api/v1/policy"));
        String body = Json.write(exampleOf(put));

        assertAnswersAsDocumented(put, send("PUT", put.path(), body), 200);
        assertAnswersAsDocumented(put, send("PUT", put.path(), body), 409);
        HttpResponse<String> refused =
                send("PUT", put.path(), "{\"version\":1,\"reason\":\"r\",\"preset\":\"gated\",\"nonsense\":1}");
        assertAnswersAsDocumented(put, refused, 400);
        assertThat(Json.parse(refused.body()).at("/errors/0/message").asText())
                .endsWith("known here: "
                        + String.join(", ", new TreeSet<>(names(api.at("/components/schemas/NewPolicy/properties")))));
        HttpResponse<String> rule = send(
                "PUT",
                put.path(),
                "{\"version\":1,\"reason\":\"r\",\"rules\":[{\"risk_level\":\"LOW\",\"nonsense\":1}]}");
        assertThat(Json.parse(rule.body()).at("/errors/0/message").asText())
                .endsWith("known here: "
                        + String.join(
                                ", ", new TreeSet<>(names(api.at("/components/schemas/NewPolicyRule/properties")))));
    }

    @Test
    void a_refusal_is_the_documented_problem() throws Exception {
        HttpResponse<String> answer = post("/api/v1/tasks", Json.parse("{\"priority\":\"urgent\"}"));

        assertAnswersAsDocumented(new Operation("POST", "/api/v1/tasks", operation("POST /api/v1/tasks")), answer, 400);
    }

    @Test
    void a_held_queue_is_released_as_documented() throws Exception {
        Operation hold = new Operation("POST", "/api/v1/holds", operation("POST /api/v1/holds"));
        Operation release = new Operation(
                "DELETE", "/api/v1/holds/{scope}/{name}", operation("DELETE /api/v1/holds/{scope}/{name}"));
        post("/api/v1/tasks", Json.parse("{\"action_name\":\"echo\",\"queue\":\"mail\"}"));
        JsonNode request = Json.parse("{\"scope\":\"QUEUE\",\"queue\":\"mail\",\"reason\":\"moving\"}");

        assertAnswersAsDocumented(hold, post(hold.path(), request), 201);
        assertAnswersAsDocumented(hold, post(hold.path(), request), 409);
        assertThat(delete("/api/v1/holds/queue/mail").statusCode()).isEqualTo(204);
        assertAnswersAsDocumented(release, delete("/api/v1/holds/queue/mail"), 404);
    }

    @Test
    void a_token_is_rotated_and_revoked_as_documented() throws Exception {
        Operation create = new Operation("POST", "/api/v1/tokens", operation("POST /api/v1/tokens"));
        Operation rotate = new Operation("POST", "", operation("POST /api/v1/tokens/{id}/rotate"));
        Operation revoke = new Operation("POST", "", operation("POST /api/v1/tokens/{id}/revoke"));
        Operation show = new Operation("GET", "", operation("GET /api/v1/tokens/{id}"));
        HttpResponse<String> made =
                post(create.path(), Json.parse("{\"name\":\"ben\",\"roles\":[\"WORKER\"],\"groups\":[\"a\"]}"));
        String path = "/api/v1/tokens/" + Json.parse(made.body()).get("id").asText();

        assertAnswersAsDocumented(create, made, 201);
        assertAnswersAsDocumented(rotate, post(path + "/rotate", Json.parse("{\"grace_seconds\":5}")), 200);
        assertAnswersAsDocumented(revoke, post(path + "/revoke", Json.parse("{\"reason\":\"r\"}")), 200);
        assertAnswersAsDocumented(revoke, post(path + "/revoke", Json.parse("{}")), 409);
        assertAnswersAsDocumented(show, get("/api/v1/tokens/99999"), 404);
        for (String body : List.of("NewToken", "Rotation", "Revocation")) {
            Operation operation = body.equals("NewToken") ? create : body.equals("Rotation") ? rotate : revoke;
            String at =
                    body.equals("NewToken") ? create.path() : path + "/" + (operation == rotate ? "rotate" : "revoke");
            HttpResponse<String> refused =
                    post(at, Json.parse("{\"name\":\"x\",\"roles\":[\"VIEWER\"],\"nonsense\":1}"));
            assertAnswersAsDocumented(operation, refused, 400);
            assertThat(Json.parse(refused.body()).at("/errors").findValuesAsText("message"))
                    .anySatisfy(message -> assertThat(message)
                            .endsWith("known here: "
                                    + String.join(
                                            ", ",
                                            new TreeSet<>(
                                                    names(api.at("/components/schemas/" + body + "/properties"))))));
        }
    }

    @Test
    void what_is_not_described_is_refused_by_its_path() throws Exception {
        HttpResponse<String> noPath = get("/api/v1/nothing");
        HttpResponse<String> noMethod = delete("/api/v1/tasks");

        assertThat(noPath.statusCode()).isEqualTo(404);
        assertThat(Json.parse(noPath.body()).get("detail").asText()).isEqualTo("there is nothing at /api/v1/nothing");
        assertThat(noMethod.statusCode()).isEqualTo(405);
        assertThat(Json.parse(noMethod.body()).get("detail").asText())
                .isEqualTo("DELETE is not possible at /api/v1/tasks");
    }

    @Test
    void an_unknown_task_is_the_documented_problem() throws Exception {
        String name = "GET /api/v1/tasks/{id}";

        assertAnswersAsDocumented(
                new Operation("GET", "/api/v1/tasks/{id}", operation(name)), get("/api/v1/tasks/77"), 404);
    }

    @Test
    void the_stream_refuses_a_reader_that_does_not_ask_for_a_stream() throws Exception {
        HttpResponse<String> answer = get("/api/v1/events");

        assertAnswersAsDocumented(new Operation("GET", "/api/v1/events", operation("GET /api/v1/events")), answer, 406);
    }

    @Test
    void the_stream_tells_changes_as_documented() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/api/v1/events"))
                .header("Accept", "text/event-stream")
                .build();
        HttpResponse<Stream<String>> stream = http.send(request, HttpResponse.BodyHandlers.ofLines());

        try (Stream<String> lines = stream.body()) {
            var line = lines.iterator();
            assertThat(next(line, "event: ")).isEqualTo("reset");
            post("/api/v1/tasks", Json.parse("{\"action_name\":\"echo\"}"));

            assertThat(next(line, "event: ")).isEqualTo("change");
            assertFits(Json.parse(next(line, "data: ")), api.at("/components/schemas/Change"), "data");
        }
    }

    /** One that the gate holds under the first policy, and under the example of a second. */
    private static JsonNode heldTask() throws Exception {
        JsonNode risky = Json.parse("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.4}");
        String path = "/api/v1/tasks/"
                + Json.parse(post("/api/v1/tasks", risky).body()).get("id").asText();
        Eventually.within(
                Duration.ofSeconds(15),
                () -> assertThat(Json.parse(get(path).body()).get("status").asText())
                        .isEqualTo("DEFERRED"));
        return Json.parse(get(path).body());
    }

    private static Operation ofTask(String what) {
        String path = "/api/v1/tasks/{id}/" + what;
        return new Operation("POST", path, operation("POST " + path));
    }

    private static String path(Operation operation, JsonNode task) {
        return operation.path().replace("{id}", task.get("id").asText());
    }

    private static JsonNode exampleOf(Operation operation) {
        return operation.json().at("/requestBody/content/application~1json/example");
    }

    private static String next(java.util.Iterator<String> lines, String field) {
        while (true) {
            String line = lines.next();
            if (line.startsWith(field)) {
                return line.substring(field.length());
            }
        }
    }

    private static void assertAnswersAsDocumented(Operation operation, HttpResponse<String> answer) {
        String success = names(operation.json().get("responses")).getFirst();
        assertAnswersAsDocumented(operation, answer, Integer.parseInt(success));
    }

    private static void assertAnswersAsDocumented(Operation operation, HttpResponse<String> answer, int status) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode documented = resolve(operation.json().at("/responses/" + status));
        String type = answer.headers().firstValue("Content-Type").orElseThrow().replaceFirst(";.*", "");
        JsonNode content = documented.get("content").get(type);
        assertThat(content).as(type + " is documented for " + operation.name()).isNotNull();
        if (type.endsWith("json")) {
            assertFits(Json.parse(answer.body()), content.get("schema"), "");
        }
    }

    /** The part of JSON Schema that openapi.json uses for answers. */
    private static void assertFits(JsonNode value, JsonNode reference, String path) {
        JsonNode schema = resolve(reference);
        if (schema.has("anyOf")) {
            if (!value.isNull()) {
                assertFits(value, schema.get("anyOf").get(0), path);
            }
            return;
        }
        assertThat(types(schema)).as(path + " = " + value).contains(typeOf(value));
        if (schema.has("enum")) {
            assertThat(schema.get("enum")).as(path).contains(value);
        }
        if (value.isObject() && schema.has("properties")) {
            assertThat(names(value))
                    .as(path)
                    .containsAll(schema.get("required")
                            .valueStream()
                            .map(JsonNode::asText)
                            .toList());
            for (Map.Entry<String, JsonNode> field : value.properties()) {
                JsonNode property = schema.get("properties").get(field.getKey());
                assertThat(property).as(path + "/" + field.getKey()).isNotNull();
                assertFits(field.getValue(), property, path + "/" + field.getKey());
            }
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            assertFits(value.get(i), schema.get("items"), path + "/" + i);
        }
    }

    private static List<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isMissingNode()) {
            return List.of("null", "object", "array", "string", "boolean", "integer", "number");
        }
        List<String> types = new ArrayList<>();
        (type.isArray() ? type.valueStream() : Stream.of(type))
                .map(JsonNode::asText)
                .forEach(types::add);
        if (types.contains("number")) {
            types.add("integer");
        }
        return types;
    }

    private static String typeOf(JsonNode value) {
        return value.isIntegralNumber() ? "integer" : value.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Stream<Operation> operations() {
        return api.get("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(method -> new Operation(
                                method.getKey().toUpperCase(java.util.Locale.ROOT), path.getKey(), method.getValue())));
    }

    private static JsonNode operation(String name) {
        return operations()
                .filter(operation -> operation.name().equals(name))
                .findFirst()
                .orElseThrow()
                .json();
    }

    private static JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? follow(node.get("$ref").asText()) : node;
    }

    private static JsonNode follow(String reference) {
        return api.at(reference.substring(1)); // "#/components/…"
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(uri(path)).DELETE().build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> patch(String path, String body) throws IOException, InterruptedException {
        return send("PATCH", path, body);
    }

    private static HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(String path, JsonNode body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(body)))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private record Operation(String method, String path, JsonNode json) {
        String name() {
            return method + " " + path;
        }
    }
}
