package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.access.Role;
import escapement.support.Answer;
import escapement.support.People;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every route, asked by everybody, whoever they are. */
class AuthorisationDbTest {
    private static final String NOBODY = "no token";
    private static final String SEES = "viewer operator approver admin";
    private static final String ACTS = "operator admin";
    private static final String RULES = "admin";
    private static final String DECIDES = "approver";
    private static final String ACTS_OR_DECIDES = "operator approver admin";
    private static final String HAS_A_TOKEN = "viewer operator approver admin worker";
    private static final String ANYBODY = "no token, bad, expired, revoked, viewer, operator, approver, admin, worker";

    /** Who gets an answer; all others must get none. */
    private static final Map<String, String> ALLOWED = Map.ofEntries(
            Map.entry("DELETE /api/v1/holds/{scope}/{name}", ACTS),
            Map.entry("GET /api/v1/approvals", SEES),
            Map.entry("GET /api/v1/approvals/{id}", SEES),
            Map.entry("GET /api/v1/mode", SEES),
            Map.entry("GET /api/v1/policy", SEES),
            Map.entry("GET /api/v1/policy/versions", SEES),
            Map.entry("GET /api/v1/policy/versions/{version}", SEES),
            Map.entry("GET /api/v1/tasks/{id}/decisions", SEES),
            Map.entry("POST /api/v1/policy/preview", SEES),
            Map.entry("POST /api/v1/tasks/{id}/approve", DECIDES),
            Map.entry("POST /api/v1/tasks/{id}/confidence", DECIDES),
            Map.entry("POST /api/v1/tasks/{id}/outcome", ACTS_OR_DECIDES),
            Map.entry("POST /api/v1/tasks/{id}/reject", DECIDES),
            Map.entry("PUT /api/v1/mode", ACTS),
            Map.entry("PUT /api/v1/policy", RULES),
            Map.entry("DELETE /api/v1/session", HAS_A_TOKEN),
            Map.entry("GET /api/v1/actions", SEES),
            Map.entry("GET /api/v1/audit", RULES),
            Map.entry("GET /api/v1/audit.csv", RULES),
            Map.entry("GET /api/v1/calibration/actions", SEES),
            Map.entry("GET /api/v1/calibration/bins", SEES),
            Map.entry("GET /api/v1/calibration/coverage", SEES),
            Map.entry("GET /api/v1/calibration/curve", SEES),
            Map.entry("GET /api/v1/calibration/summary", SEES),
            Map.entry("GET /api/v1/calibration/timeseries", SEES),
            Map.entry("GET /api/v1/calibration/what-if", SEES),
            Map.entry("GET /api/v1/calibration/drift", SEES),
            Map.entry("GET /api/v1/calibration/drift/series", SEES),
            Map.entry("GET /api/v1/calibration/maps", SEES),
            Map.entry("GET /api/v1/calibration/maps/{version}", SEES),
            Map.entry("GET /api/v1/calibration/maps/{version}/decisions", SEES),
            Map.entry("POST /api/v1/calibration/maps/fit", ACTS),
            Map.entry("POST /api/v1/calibration/maps/rollback", RULES),
            Map.entry("POST /api/v1/calibration/maps/{version}/publish", RULES),
            Map.entry("GET /api/v1/events", SEES),
            Map.entry("GET /api/v1/holds", SEES),
            Map.entry("GET /api/v1/me", HAS_A_TOKEN),
            Map.entry("GET /api/v1/metrics", SEES),
            Map.entry("GET /api/v1/metrics-log/{day}", SEES),
            Map.entry("GET /api/v1/nodes", SEES),
            Map.entry("GET /api/v1/operations", SEES),
            Map.entry("GET /api/v1/operations/{id}", SEES),
            Map.entry("GET /api/v1/queue-state", SEES),
            Map.entry("GET /api/v1/reports", SEES),
            Map.entry("GET /api/v1/reports/{name}", SEES),
            Map.entry("GET /api/v1/reports/{name}.csv", SEES),
            Map.entry("GET /api/v1/tasks", SEES),
            Map.entry("GET /api/v1/tasks/counts", SEES),
            Map.entry("GET /api/v1/tasks/{id}", SEES),
            Map.entry("GET /api/v1/tasks/{id}/attempts", SEES),
            Map.entry("GET /api/v1/tasks/{id}/events", SEES),
            Map.entry("GET /api/v1/tasks/{id}/explain", SEES),
            Map.entry("GET /api/v1/tasks/{id}/wait", SEES),
            Map.entry("GET /api/v1/throughput", SEES),
            Map.entry("GET /api/v1/tokens", RULES),
            Map.entry("GET /api/v1/tokens/{id}", RULES),
            Map.entry("GET /api/v1/workflows/{id}", SEES),
            Map.entry("GET /api/v1/workflows/{id}/graph", SEES),
            Map.entry("GET /api/v1/workflows/{id}/wait", SEES),
            Map.entry("GET /healthz", ANYBODY),
            Map.entry("GET /metrics", SEES),
            Map.entry("GET /openapi.json", SEES),
            Map.entry("GET /readyz", ANYBODY),
            Map.entry("PATCH /api/v1/tasks/{id}", ACTS),
            Map.entry("POST /api/v1/holds", ACTS),
            Map.entry("POST /api/v1/metrics-log", RULES),
            Map.entry("POST /api/v1/operations", ACTS),
            Map.entry("POST /api/v1/operations/{id}/stop", ACTS),
            Map.entry("POST /api/v1/queue-state", ACTS),
            Map.entry("POST /api/v1/session", ANYBODY),
            Map.entry("POST /api/v1/tasks", ACTS),
            Map.entry("POST /api/v1/tasks/batch", ACTS),
            Map.entry("POST /api/v1/tasks/{id}/cancel", ACTS),
            Map.entry("POST /api/v1/tasks/{id}/retry", ACTS),
            Map.entry("POST /api/v1/tokens", RULES),
            Map.entry("POST /api/v1/tokens/{id}/revoke", RULES),
            Map.entry("POST /api/v1/tokens/{id}/rotate", RULES),
            Map.entry("POST /api/v1/workflows/{id}/cancel", ACTS));

    private static final Pattern STATUS = Pattern.compile("^HTTP/1.1 (\\d{3}) ");
    private static final List<String> UNKNOWN = List.of(NOBODY, "bad", "expired", "revoked");

    private static TestDatabase database;
    private static TestServer server;
    private static People people;
    private static Map<String, String> secrets;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.with().login().start(database);
        people = new People(server);
        secrets = new TreeMap<>();
        for (Role role : Role.values()) {
            String name = role.name().toLowerCase(Locale.ROOT);
            secrets.put(name, people.token(name, role));
        }
        secrets.put("bad", secrets.get("admin").replaceAll(".$", "-"));
        secrets.put("expired", people.expired(database, "late", Role.ADMIN));
        secrets.put("revoked", people.revoked("gone", Role.ADMIN));
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void it_is_said_of_every_route_who_may_use_it() {
        assertThat(server.server().routes()).containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }

    @TestFactory
    Stream<DynamicTest> a_route_answers_those_who_may_use_it_and_nobody_else() {
        List<String> callers = new ArrayList<>(secrets.keySet());
        callers.add(NOBODY);
        return server.server().routes().stream()
                .flatMap(route -> callers.stream()
                        .map(caller -> DynamicTest.dynamicTest(caller + ": " + route, () -> check(route, caller))));
    }

    @Test
    void the_description_says_of_every_route_which_role_it_needs() {
        Map<String, String> said = new TreeMap<>();
        JsonNode paths =
                people.get(secrets.get("viewer"), "/openapi.json").json().path("paths");
        paths.properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> said.put(
                                method.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                                whoMay(method.getValue().path("security")))));

        assertThat(said).containsExactlyInAnyOrderEntriesOf(ALLOWED);
    }

    private static String whoMay(JsonNode security) {
        assertThat(security.isArray()).isTrue();
        if (security.isEmpty()) {
            return ANYBODY;
        }
        assertThat(security.get(0).path("token")).isEqualTo(security.get(1).path("session"));
        if (security.size() == 4) { // one of two roles is enough
            assertThat(security.get(2).path("token")).isEqualTo(security.get(3).path("session"));
            assertThat(security.get(0).path("token").path(0).asText()).isEqualTo("OPERATOR");
            assertThat(security.get(2).path("token").path(0).asText()).isEqualTo("APPROVER");
            return ACTS_OR_DECIDES;
        }
        return switch (security.get(0).path("token").path(0).asText()) {
            case "" -> HAS_A_TOKEN;
            case "VIEWER" -> SEES;
            case "OPERATOR" -> ACTS;
            case "ADMIN" -> RULES;
            case "APPROVER" -> DECIDES;
            default -> security.toString();
        };
    }

    private static void check(String route, String caller) {
        Answer answer = ask(route, caller);

        if (ALLOWED.getOrDefault(route, "").contains(caller)) {
            assertThat(answer.status()).as(answer.text()).isNotIn(401, 403, 405, 500);
        } else if (UNKNOWN.contains(caller)) {
            answer.problem(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        } else {
            assertThat(answer.problem(403).path("detail").asText())
                    .contains("needs the role ", "'" + caller + "' has " + caller.toUpperCase(Locale.ROOT));
        }
    }

    private static Answer ask(String route, String caller) {
        String[] parts = route.split(" ");
        String path = parts[1].replaceAll("\\{\\w+}", "77");
        String body = parts[0].equals("GET") ? "" : "{\"reason\":\"r\"}";
        return caller.equals(NOBODY)
                ? server.send(people.request(parts[0], path, body).build())
                : people.ask(secrets.get(caller), parts[0], path, body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//api/v1/tasks",
                "/api//v1/tasks",
                "/api/v1/tasks/",
                "/api/v1/tasks;a=b",
                "/api/v1/tasks;/healthz",
                "/;/api/v1/tasks",
                "/api/v1;/tasks",
                "/healthz/../api/v1/tasks",
                "/healthz/..;/api/v1/tasks",
                "/healthz;/../api/v1/tasks",
                "/./api/v1/tasks",
                "/%2e/api/v1/tasks",
                "/healthz/%2e%2e/api/v1/tasks",
                "/healthz/%2e%2e%2fapi/v1/tasks",
                "/healthz%2f..%2fapi/v1/tasks",
                "/api/v1/tasks%2f",
                "/api/v1/tasks%20",
                "/api/v1/tasks%00",
                "/api/v1/tasks%3b",
                "/api/v1/%74asks",
                "/%61pi/v1/tasks",
                "/API/V1/TASKS",
                "/api/v1/Tasks",
                "/api/v1/tasks/configs",
                "/api/v1/tasks/healthz",
                "/api/v1/tasks?/healthz",
                "/api/v1/tasks?path=/healthz",
                "/api/v1/tasks#/healthz",
                "/api/v1/tasks/77/configs",
                "/api/v1/tasks\\",
                "/api\\v1\\tasks",
                "/metrics/",
                "//metrics",
                "/api/v1/session/../tokens",
                "/api/v1/session",
                "http://127.0.0.1/api/v1/tasks",
                "http://127.0.0.1//api/v1/tasks",
                "*"
            })
    void no_spelling_of_a_path_lets_anybody_in_without_a_token(String path) {
        for (String method : List.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "get")) {
            assertRefused(method, path, "");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-HTTP-Method-Override: GET",
                "X-HTTP-Method: HEAD",
                "X-Method-Override: OPTIONS",
                "X-Original-URL: /healthz",
                "X-Rewrite-URL: /healthz",
                "X-Forwarded-Prefix: /healthz",
                "X-Forwarded-For: 127.0.0.1",
                "Forwarded: for=127.0.0.1",
                "Authorization: Bearer",
                "Authorization: Bearer null",
                "Authorization: Basic YWRtaW46YWRtaW4=",
                "Authorization: Bearer ' or true --",
                "Cookie: escapement_session=",
                "Cookie: escapement_session=x",
                "Cookie: escapement_session=null; escapement_session=x"
            })
    void no_header_takes_the_place_of_a_token(String header) {
        for (String method : List.of("GET", "HEAD", "POST", "DELETE")) {
            for (String path : List.of("/api/v1/tasks", "/api/v1/tokens", "/metrics", "/api/v1/holds/default")) {
                assertRefused(method, path, header + "\r\n");
            }
        }
    }

    private static void assertRefused(String method, String path, String headers) {
        String answer = server.rawAnswerTo(method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers
                + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        Matcher status = STATUS.matcher(answer);
        assertThat(status.find()).as(answer).isTrue();
        assertThat(Integer.parseInt(status.group(1)))
                .as(method + " " + path + " " + headers + ": " + answer)
                .isBetween(400, 499);
    }

    @Test
    void a_write_that_is_forbidden_is_recorded_with_who_asked_and_what_was_missing() {
        people.post(secrets.get("viewer"), "/api/v1/tasks/4711/cancel", "{\"reason\":\"r\"}")
                .problem(403);
        people.get(secrets.get("viewer"), "/api/v1/tokens").problem(403);
        server.send(people.request("POST", "/api/v1/tasks/4712/cancel", "{}").build())
                .problem(401);

        assertThat(Sql.texts(
                        database,
                        "select principal || ' ' || operation || ' ' || outcome || ' ' || target || ' ' ||"
                                + " (detail ->> 'because') from escapement.audit where target ~"
                                + " 'tasks/471|tokens$' and principal = 'viewer' and target not like 'POST"
                                + " /api/v1/tokens%'"))
                .containsExactly(
                        "viewer request REFUSED POST /api/v1/tasks/4711/cancel this needs the role OPERATOR, and"
                                + " 'viewer' has VIEWER");
        assertThat(Sql.number(database, "select count(*) from escapement.audit where target like '%4712%'"))
                .isZero();
    }

    @Test
    void what_is_done_is_recorded_under_the_name_of_the_token() {
        String id = people.post(
                        secrets.get("operator"), "/api/v1/tasks", "{\"action_name\":\"echo\",\"delay_seconds\":3600}")
                .is(201)
                .json()
                .path("id")
                .asText();
        people.post(secrets.get("operator"), "/api/v1/tasks/" + id + "/cancel", "{\"reason\":\"r\"}")
                .is(200);

        assertThat(people.get(secrets.get("viewer"), "/api/v1/tasks/" + id)
                        .json()
                        .path("created_by")
                        .asText())
                .isEqualTo("operator");
        assertThat(Sql.texts(database, "select principal from escapement.audit where target = ?", id))
                .containsExactly("operator");
    }

    @Test
    void a_head_is_answered_as_the_get_would_be() {
        assertThat(people.ask(secrets.get("viewer"), "HEAD", "/api/v1/tokens", "")
                        .status())
                .isEqualTo(403);
        assertThat(people.ask(secrets.get("worker"), "HEAD", "/api/v1/tasks", "")
                        .status())
                .isEqualTo(403);
        assertThat(people.ask(secrets.get("viewer"), "HEAD", "/api/v1/tasks", "")
                        .status())
                .isEqualTo(200);
        assertThat(server.send(people.request("HEAD", "/healthz", "").build()).status())
                .isEqualTo(200);
    }

    @Test
    void what_is_nowhere_is_told_only_to_whoever_has_a_token() {
        server.get("/api/v1/nothing").problem(401);
        people.get(secrets.get("viewer"), "/api/v1/nothing").problem(404);
        people.ask(secrets.get("viewer"), "DELETE", "/api/v1/tasks", "").problem(405);
    }
}
