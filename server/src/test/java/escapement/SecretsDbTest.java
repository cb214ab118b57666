package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.DryRunnable;
import escapement.action.Outcome;
import escapement.action.builtin.CommandFile;
import escapement.json.Json;
import escapement.secret.KeyFile;
import escapement.secret.SecretPlaces;
import escapement.secret.SecretSources;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets reach their actions and nobody else: canaries in every input, looked for wherever the server leaves something. */
class SecretsDbTest {
    private static final String GIVEN = "canary-given-4711";
    private static final String ODD = "canary \"odd\" & ö/4711";
    private static final String VARIABLE = "canary-variable-4711";
    private static final String FILE = "canary-file-4711";
    private static final String HEADER = "Bearer canary-header-4711";
    private static final String PASSWORD = "canary-password-4711";
    private static final int NUMBER = 471147114;
    private static final List<String> CANARIES =
            List.of(GIVEN, ODD, VARIABLE, FILE, HEADER, PASSWORD, Integer.toString(NUMBER), "canary");

    private final Queue<JsonNode> received = new ConcurrentLinkedQueue<>();
    private final List<String> sentHeaders = new CopyOnWriteArrayList<>();
    private final List<String> streamed = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private TestDatabase database;
    private HttpServer target;
    private TestServer server;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectory(folder.resolve("secrets"));
        writeForOwner(folder.resolve("secrets/FROM_FILE"), FILE + "\n");
        writeForOwner(folder.resolve("key"), newKey() + "\n");
        writeForOwner(folder.resolve("commands.json"), """
                {"login": {"argv": ["sh", "-c", "echo got $PASSWORD; test $MODE = pass"],
                           "env": {"PASSWORD": "${password}", "MODE": "${mode}"}, "sensitive": ["password"], "risk": "LOW"}}""");
        target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        target.createContext("/", exchange -> {
            String header = exchange.getRequestHeaders().getFirst("authorization");
            sentHeaders.add(header);
            byte[] body = ("you sent " + header).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("X-Echo", String.valueOf(header));
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/bad") ? 400 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        target.start();
        database = TestDatabase.create();
        server = serve();
    }

    @AfterEach
    void stop() {
        server.close();
        target.stop(0);
        Verified.invariantsHold(database);
        database.close();
    }

    private TestServer serve() {
        return serve(Optional.of(new KeyFile(folder.resolve("key"), false)));
    }

    private TestServer serve(Optional<KeyFile> keys) {
        List<Action> actions = new ArrayList<>(CommandFile.read(folder.resolve("commands.json")));
        actions.add(new Vault());
        SecretSources sources =
                SecretSources.of(Map.of("ESCAPEMENT_SECRET_TOKEN", VARIABLE), Optional.of(folder.resolve("secrets")));
        return TestServer.with()
                .secrets(new SecretPlaces(sources, keys))
                .actions(actions.toArray(Action[]::new))
                .start(database);
    }

    @Test
    void nothing_that_tasks_are_given_in_secret_is_found_anywhere_afterwards() throws Exception {
        List<String> ids = new ArrayList<>();
        try (Stream<String> events = events()) {
            Thread reader = Thread.ofVirtual().start(() -> events.forEach(streamed::add));
            for (String how : List.of("echo", "log", "progress", "throw", "fail", "soft", "hostile")) {
                for (String value : List.of(GIVEN, ODD, "secret:TOKEN", "secret:FROM_FILE")) {
                    ids.add(server.submit(vault(how, value, false)));
                    ids.add(server.submit(vault(how, value, true)));
                }
            }
            ids.add(server.submit("vault", "{\"value\":" + NUMBER + ",\"how\":\"echo\"}"));
            for (String path : List.of("/good", "/bad")) {
                ids.add(server.submit("http_request", request(path, HEADER)));
                ids.add(server.submit("http_request", request(path, "secret:TOKEN")));
                ids.add(server.submit("{\"action_name\":\"http_request\",\"dry_run\":true,\"action_params\":"
                        + request(path, "secret:TOKEN") + "}"));
            }
            for (String mode : List.of("pass", "miss")) {
                ids.add(server.submit(
                        "command:login", "{\"password\":\"%s\",\"mode\":\"%s\"}".formatted(PASSWORD, mode)));
                ids.add(server.submit("command:login", "{\"password\":\"secret:TOKEN\",\"mode\":\"" + mode + "\"}"));
            }
            ids.addAll(workflow());
            ids.add(repeated());
            ids.add(edited());
            refusedOnes();
            ids.forEach(this::awaitEnd);

            assertThat(received)
                    .extracting(params -> params.path("value").asText())
                    .contains(
                            GIVEN, ODD, VARIABLE, FILE, Integer.toString(NUMBER), GIVEN + "-edited", GIVEN + "-child");
            assertThat(sentHeaders).contains(HEADER, VARIABLE);
            assertThat(server.task(ids.getFirst()).path("result").path("value").asText())
                    .isEqualTo("***");
            assertNothingLeft(ids);
            reader.interrupt();
        }
        assertThat(streamed).isNotEmpty();
    }

    /** A batch, a template in a template, and values taken from results. */
    private List<String> workflow() {
        Map<String, String> ids = server.submitBatch("""
                {"tasks":[
                  {"ref":"a","action_name":"vault","action_params":{"value":"%1$s","how":"echo"},
                   "conditional_branches":[{"condition_type":"success","next_task_template":
                     {"action_name":"vault","action_params":{"value":"%1$s-child","how":"echo",
                                                             "note":{"$result":{"task":"parent","path":"/value"}}},
                      "conditional_branches":[{"condition_type":"success","next_task_template":
                        {"action_name":"vault","action_params":{"value":"secret:TOKEN","how":"throw"},"max_attempts":1}}]}}]},
                  {"ref":"b","action_name":"vault","dependencies":["a"],
                   "action_params":{"value":{"$result":{"task":"a","path":"/nothing","default":"%1$s"}},"how":"echo"}}]}""".formatted(GIVEN));
        Eventually.within(
                Duration.ofSeconds(20),
                () -> assertThat(Sql.texts(
                                database,
                                "select id from escapement.ended where id in (select id from escapement.task where workflow_id = ?)",
                                ids.get("a")))
                        .hasSize(4));
        return Sql.texts(database, "select id from escapement.task where workflow_id = ?", ids.get("a"));
    }

    private String repeated() {
        String body =
                "{\"action_name\":\"vault\",\"idempotency_key\":\"once\",\"action_params\":{\"value\":\"%s\",\"how\":\"echo\"}}";
        Answer first = server.post("/api/v1/tasks", body.formatted(GIVEN)).is(201);
        Answer again = server.post("/api/v1/tasks", body.formatted(GIVEN)).is(200);
        assertThat(again.json().path("id")).isEqualTo(first.json().path("id"));
        server.post("/api/v1/tasks", body.formatted(GIVEN + "x")).problem(409);
        return first.json().path("id").textValue();
    }

    private String edited() {
        String id = server.submit(
                "{\"action_name\":\"vault\",\"delay_seconds\":3600,\"action_params\":{\"value\":\"" + GIVEN + "\"}}");
        server.patch("/api/v1/tasks/" + id, """
                        {"version":1,"reason":"other value","run_at":null,"action_params":{"value":"%s-edited","how":"echo"}}""".formatted(GIVEN)).is(200);
        return id;
    }

    private void refusedOnes() {
        assertThat(server.post(
                                "/api/v1/tasks",
                                "{\"action_name\":\"vault\",\"action_params\":{\"value\":[\"" + GIVEN
                                        + "\"],\"how\":1,\"max\":\"" + "x".repeat(5) + "\"}}")
                        .text())
                .doesNotContain("canary");
        assertThat(server.post(
                                "/api/v1/tasks",
                                "{\"action_name\":\"http_request\",\"action_params\":{\"url\":\"http://x\","
                                        + "\"headers\":{\"AUTHORIZATION\":\"" + GIVEN.repeat(600) + "\"}}}")
                        .faultPaths())
                .containsOnly("/action_params/headers/AUTHORIZATION");
    }

    private void assertNothingLeft(List<String> ids) throws Exception {
        List<String> relations = Sql.texts(database, """
                select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where c.relkind in ('r', 'p', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema')
                   and n.nspname not like 'pg_toast%'""");
        assertThat(relations).contains("escapement.task", "escapement.attempt_log", "escapement.audit");
        String[] forms =
                CANARIES.stream().flatMap(canary -> forms(canary).stream()).toArray(String[]::new);
        for (String relation : relations) {
            assertThat(Sql.texts(
                            database,
                            "select form || ': ' || t::text from " + relation
                                    + " t, unnest(?::text[]) form where position(form in t::text) > 0",
                            (Object) forms))
                    .as(relation)
                    .isEmpty();
        }
        Set<String> paths = new LinkedHashSet<>(); // most name no task, and answer the same for each
        for (String id : ids) {
            for (String route : server.server().routes()) {
                if (route.startsWith("GET ") && !route.endsWith("/api/v1/events") && !route.endsWith("/wait")) {
                    paths.add(route.substring("GET ".length()).replaceAll("\\{[^}]+}", id));
                }
            }
            paths.add("/api/v1/workflows/" + id + "/graph?format=dot");
        }
        paths.forEach(path -> clean(path, server.get(path).text()));
        clean("the stream", String.join("\n", streamed));
    }

    private static void clean(String where, String text) {
        for (String canary : CANARIES) {
            for (String form : forms(canary)) {
                assertThat(text).as(where).doesNotContain(form);
            }
        }
        assertThat(text).as(where).doesNotContain("v1:");
    }

    private static List<String> forms(String canary) {
        byte[] bytes = canary.getBytes(StandardCharsets.UTF_8);
        return List.of(
                canary,
                Base64.getEncoder().encodeToString(bytes),
                HexFormat.of().formatHex(bytes));
    }

    @Test
    void an_action_receives_a_sealed_value_also_after_a_restart_and_a_change_of_keys() throws Exception {
        String id = waiting("{\"value\":\"" + GIVEN + "\",\"how\":\"echo\"}");
        server.close();
        writeForOwner(folder.resolve("key"), newKey() + "\n" + Files.readString(folder.resolve("key")));
        server = serve();

        letRun(id);
        server.await(id, "COMPLETED");

        assertThat(received.remove().path("value").textValue()).isEqualTo(GIVEN);
        assertThat(server.task(id).path("action_params"))
                .isEqualTo(Json.parse("{\"how\":\"echo\",\"value\":{\"$sealed\":\"***\"}}"));
    }

    @Test
    void a_repeated_submit_is_recognised_after_a_change_of_keys() throws Exception {
        String body =
                "{\"action_name\":\"vault\",\"idempotency_key\":\"k\",\"action_params\":{\"value\":\"" + GIVEN + "\"}}";
        String id = server.submit(body);
        server.close();
        writeForOwner(folder.resolve("key"), newKey() + "\n" + Files.readString(folder.resolve("key")));
        server = serve();

        assertThat(server.post("/api/v1/tasks", body).is(200).json().path("id").textValue())
                .isEqualTo(id);
    }

    @Test
    void templates_with_the_same_key_and_the_same_sealed_value_make_one_task() {
        String task = """
                {"action_name":"echo","conditional_branches":[{"condition_type":"success","next_task_template":
                  {"action_name":"vault","idempotency_key":"once","action_params":{"value":"%s","how":"echo"}}}]}""";

        String first = server.submit(task.formatted(GIVEN));
        String made = madeBy(first).path("task_to").textValue();
        JsonNode again = madeBy(server.submit(task.formatted(GIVEN)));
        JsonNode other = madeBy(server.submit(task.formatted(GIVEN + "-other")));

        assertThat(again.path("task_to").textValue()).isEqualTo(made);
        assertThat(other.path("error").asText())
                .contains("belongs to task " + made + ", which was asked for in other words");
    }

    private JsonNode madeBy(String parent) {
        return server.await(parent, "COMPLETED").path("conditional_branches").path(0);
    }

    @Test
    void an_attempt_without_the_key_fails_at_once_and_names_the_key() throws Exception {
        String id = waiting("{\"value\":\"" + GIVEN + "\",\"how\":\"echo\"}");
        String key = Sql.texts(database, "select action_params->'value'->>'$sealed' from escapement.task")
                .getFirst()
                .split(":")[1];
        server.close();
        writeForOwner(folder.resolve("key"), newKey() + "\n");
        server = serve();

        letRun(id);

        assertThat(server.await(id, "FAILED").path("error").textValue())
                .startsWith("the value of action_params/value is sealed with the key " + key
                        + ", which this node does not have");
        assertThat(server.attempts(id)).hasSize(1);
        assertThat(received).isEmpty();
    }

    @Test
    void a_sealed_value_that_was_moved_opens_for_no_other_action_and_as_no_other_parameter() {
        String id = waiting("{\"value\":\"" + GIVEN + "\",\"how\":\"echo\"}");
        String other = waiting("{\"value\":\"x\",\"how\":\"echo\"}");
        Sql.update(
                database,
                "update escapement.task set action_params = jsonb_build_object('how', 'echo', 'note', (select action_params->'value' from escapement.task where id = ?::bigint)) where id = ?::bigint",
                id,
                other);

        letRun(other);

        assertThat(server.await(other, "FAILED").path("error").textValue())
                .contains("the value of action_params/note does not open")
                .contains("sealed for another place or changed");
    }

    @Test
    void an_unknown_secret_fails_its_attempt_at_once_and_says_where_it_was_looked_for() {
        String id = server.submit("vault", "{\"value\":\"secret:NOWHERE\"}");

        assertThat(server.await(id, "FAILED").path("error").textValue())
                .isEqualTo(
                        "there is no secret 'NOWHERE' on this node: looked for the variable ESCAPEMENT_SECRET_NOWHERE"
                                + " and no file " + folder.resolve("secrets/NOWHERE"));
        assertThat(server.attempts(id)).hasSize(1);
        assertThat(server.task(id).path("action_params").path("value").textValue())
                .isEqualTo("secret:NOWHERE");
    }

    @Test
    void a_reference_is_a_text_whichever_and_a_result_is_never_one() {
        assertThat(server.post("/api/v1/tasks", """
                        {"action_name":"http_request","action_params":{"url":"secret:URL","max_redirects":"secret:N"}}""").faultPaths()).containsExactly("/action_params/max_redirects");
        Map<String, String> ids = server.submitBatch("""
                {"tasks":[{"ref":"a","action_name":"echo","action_params":{"value":"secret::TOKEN"}},
                          {"ref":"b","action_name":"echo","dependencies":["a"],
                           "action_params":{"value":{"$result":{"task":"a","path":""}}}}]}""");

        assertThat(server.await(ids.get("b"), "COMPLETED").path("result").textValue())
                .isEqualTo("secret:TOKEN");
    }

    @Test
    void sealed_values_cannot_be_given_and_are_not_kept_through_an_edit_of_the_parameters() {
        String sealed = "{\"value\":{\"$sealed\":\"***\"}}";
        String id = waiting("{\"value\":\"" + GIVEN + "\"}");

        assertThat(server.post("/api/v1/tasks", "{\"action_name\":\"vault\",\"action_params\":" + sealed + "}")
                        .faultPaths())
                .contains("/action_params/value/$sealed");
        assertThat(server.post("/api/v1/tasks", """
                        {"action_name":"echo","conditional_branches":[{"condition_type":"success","next_task_template":
                          {"action_name":"echo","action_params":{"value":[%s]}}}]}""".formatted(sealed)).faultPaths())
                .contains("/conditional_branches/0/next_task_template/action_params/value/0/value/$sealed");
        assertThat(server.patch(
                                "/api/v1/tasks/" + id,
                                "{\"version\":1,\"reason\":\"r\",\"action_params\":" + sealed + "}")
                        .faultPaths())
                .contains("/action_params/value/$sealed");
    }

    @Test
    void without_a_key_a_sensitive_value_is_refused_and_a_reference_is_not() {
        server.close();
        server = serve(Optional.empty());

        JsonNode problem = server.post(
                        "/api/v1/tasks", "{\"action_name\":\"vault\",\"action_params\":{\"value\":\"" + GIVEN + "\"}}")
                .problem(400);

        assertThat(problem.path("detail").textValue())
                .startsWith("/action_params/value is a sensitive value, and this node has no key to seal it with:")
                .contains("secret:NAME", "ESCAPEMENT_KEY_FILE")
                .doesNotContain(GIVEN);
        server.await(server.submit("vault", "{\"value\":\"secret:TOKEN\",\"how\":\"echo\"}"), "COMPLETED");
        assertThat(received.remove().path("value").textValue()).isEqualTo(VARIABLE);
    }

    private String waiting(String params) {
        return server.submit("{\"action_name\":\"vault\",\"delay_seconds\":3600,\"action_params\":" + params + "}");
    }

    private void letRun(String id) {
        server.patch("/api/v1/tasks/" + id, "{\"version\":1,\"reason\":\"now\",\"run_at\":null}")
                .is(200);
    }

    private void awaitEnd(String id) {
        Eventually.within(
                Duration.ofSeconds(20),
                () -> assertThat(server.task(id).path("status").asText()).isIn("COMPLETED", "FAILED"));
    }

    private static String vault(String how, String value, boolean dryRun) {
        return "{\"action_name\":\"vault\",\"max_attempts\":1,\"dry_run\":%s,\"action_params\":{\"value\":%s,\"how\":\"%s\"}}"
                .formatted(dryRun, TestServer.quote(value), how);
    }

    private String request(String path, String header) {
        return "{\"url\":\"http://127.0.0.1:%d%s\",\"headers\":{\"authorization\":\"%s\"}}"
                .formatted(target.getAddress().getPort(), path, header);
    }

    private Stream<String> events() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(server.uri("/api/v1/events")).build(), HttpResponse.BodyHandlers.ofLines())
                .body();
    }

    private static void writeForOwner(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static String newKey() {
        byte[] key = new byte[32];
        new java.security.SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /** Does with its sensitive parameter what an action should not. */
    private final class Vault implements DryRunnable {
        @Override
        public String name() {
            return "vault";
        }

        @Override
        public String description() {
            return "For tests.";
        }

        @Override
        public JsonNode paramsSchema() {
            return Json.parse("""
                    {"type": "object", "additionalProperties": false, "properties": {
                      "value": {"type": ["string", "integer"], "writeOnly": true},
                      "how": {"type": "string"}, "note": {}}}""");
        }

        @Override
        public boolean isSuccessFalseAFailure() {
            return true;
        }

        @Override
        public Outcome dryRun(ActionContext context) {
            return run(context);
        }

        @Override
        public Outcome run(ActionContext context) {
            received.add(context.params());
            String value = context.params().path("value").asText();
            String base64 = Base64.getEncoder().encodeToString(("user:" + value).getBytes(StandardCharsets.UTF_8));
            switch (context.params().path("how").asText()) {
                case "log" -> context.log("using " + value + " as " + base64);
                case "progress" -> context.progress(0.5, "half of " + value);
                case "throw" -> throw new IllegalStateException("refused " + value, new IOException(value));
                case "fail" -> {
                    return new Outcome.Failed("no entry for " + value + " " + Json.write(value), false);
                }
                case "soft" -> {
                    return new Outcome.Succeeded(
                            Json.nodes().objectNode().put("success", false).put("error", "soft " + value));
                }
                case "hostile" -> {
                    return new Outcome.Succeeded(Json.nodes()
                            .objectNode()
                            .put(value, value.getBytes(StandardCharsets.UTF_8))
                            .putPOJO("own", List.of(value, base64)));
                }
                default -> {}
            }
            return new Outcome.Succeeded(Json.nodes()
                    .objectNode()
                    .put("value", value)
                    .put("base64", base64)
                    .set("params", context.params()));
        }
    }
}
