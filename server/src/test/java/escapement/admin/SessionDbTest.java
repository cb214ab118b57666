package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.access.Principal;
import escapement.access.Role;
import escapement.access.Tokens.Issued;
import escapement.support.Answer;
import escapement.support.People;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page's sign-in: a token for a cookie. */
class SessionDbTest {
    private static final String TASK = "{\"action_name\":\"echo\"}";

    private static TestDatabase database;
    private static TestServer server;
    private static People people;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.with().login("tasks.example").start(database);
        people = new People(server);
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_token_is_exchanged_for_a_cookie_that_scripts_and_other_sites_do_not_get() {
        Answer answer = signIn(people.token("ana", Role.OPERATOR), "X-None", "x");

        assertThat(answer.is(204).text()).isEmpty();
        assertThat(setCookie(answer))
                .startsWith("escapement_session=")
                .contains("; Path=/", "; HttpOnly", "; SameSite=Strict", "Max-Age=43")
                .doesNotContain("Secure", "Domain");
    }

    @Test
    void behind_https_the_cookie_never_goes_over_http() {
        assertThat(setCookie(signIn(people.token("ana", Role.OPERATOR), "X-Forwarded-Proto", "https")))
                .contains("; Secure");
    }

    @Test
    void who_signed_in_reads_and_writes_with_what_the_token_may() {
        String cookie = cookie(people.token("ana", Role.OPERATOR));

        assertThat(with(cookie, "GET", "/api/v1/me", "")
                        .is(200)
                        .json()
                        .path("name")
                        .asText())
                .isEqualTo("ana");
        Answer written = write(cookie, "POST", "/api/v1/tasks", TASK);
        assertThat(written.is(201).json().path("created_by").asText()).isEqualTo("ana");
        write(cookie, "POST", "/api/v1/tokens", "{}").problem(403);
    }

    @Test
    void a_write_by_cookie_needs_a_header_that_no_form_can_send() {
        String cookie = cookie(people.token("ana", Role.OPERATOR));

        assertThat(with(cookie, "POST", "/api/v1/tasks", TASK)
                        .problem(403)
                        .path("detail")
                        .asText())
                .contains("X-Escapement-Request");
        with(cookie, "DELETE", "/api/v1/session", "").problem(403);
    }

    @Test
    void a_write_by_cookie_from_another_origin_is_refused_whatever_headers_it_has() {
        String cookie = cookie(people.token("ana", Role.OPERATOR));

        server.send(people.request("POST", "/api/v1/tasks", TASK)
                        .header("Cookie", cookie)
                        .header("X-Escapement-Request", "1")
                        .header("Origin", "http://evil.example")
                        .build())
                .problem(403);
        server.send(people.request("POST", "/api/v1/session", "{\"token\":\"x\"}")
                        .header("Sec-Fetch-Site", "cross-site")
                        .build())
                .problem(403);
    }

    @Test
    void behind_a_proxy_that_ends_https_the_page_may_write() {
        String answer = server.rawAnswerTo("POST /api/v1/session HTTP/1.1\r\nHost: tasks.example\r\n"
                + "Origin: https://tasks.example\r\nX-Forwarded-Proto: https\r\nContent-Length: 13\r\n"
                + "Connection: close\r\n\r\n{\"token\":\"x\"}");

        assertThat(answer).startsWith("HTTP/1.1 401").contains("there is no such token");
    }

    @Test
    void a_host_that_is_named_is_answered_and_another_is_not() {
        assertThat(server.rawAnswerTo("GET /healthz HTTP/1.1\r\nHost: Tasks.Example:8443\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200");
        assertThat(server.rawAnswerTo("GET /healthz HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 421");
    }

    @Test
    void signing_out_ends_the_session_not_only_the_cookie() {
        String cookie = cookie(people.token("ana", Role.OPERATOR));

        Answer out = write(cookie, "DELETE", "/api/v1/session", "").is(204);

        assertThat(setCookie(out)).contains("escapement_session=;", "Expires=Thu, 01 Jan 1970");
        with(cookie, "GET", "/api/v1/me", "").problem(401);
    }

    @Test
    void a_revoked_token_ends_its_sessions_and_streams_on_every_node() throws Exception {
        try (TestServer other = TestServer.with().login().start(database)) {
            Issued issued = people.issue("ben", Role.VIEWER);
            String cookie = cookie(issued.secret().text());
            String elsewhere = cookieOf(new People(other), issued.secret().text(), other);
            HttpResponse<Stream<String>> stream = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(server.uri("/api/v1/events"))
                                    .header("Accept", "text/event-stream")
                                    .header("Cookie", cookie)
                                    .build(),
                            HttpResponse.BodyHandlers.ofLines());
            assertThat(stream.statusCode()).isEqualTo(200);

            other.server().tokens().revoke(Principal.LOCAL, issued.token().id(), "left us");

            for (String one : new String[] {cookie, elsewhere}) {
                with(one, "GET", "/api/v1/me", "").problem(401);
            }
            assertThat(stream.body().count()).as("the stream has an end").isPositive();
        }
    }

    @Test
    void a_session_ends_after_its_hours_and_with_its_tokens_time() {
        Issued issued = people.issue("cleo", Role.VIEWER);
        String first = cookie(issued.secret().text());
        Sql.update(
                database,
                "update escapement.session set expires_at = now() where token = ?",
                issued.token().id());
        with(first, "GET", "/api/v1/me", "").problem(401);

        String second = cookie(issued.secret().text());
        with(second, "GET", "/api/v1/me", "").is(200);
        People.expire(database, issued.token());

        assertThat(with(second, "GET", "/api/v1/me", "")
                        .problem(401)
                        .path("detail")
                        .asText())
                .contains("of 'cleo' expired at");
    }

    @Test
    void expired_sessions_are_forgotten_at_the_next_sign_in() {
        cookie(people.token("dora", Role.VIEWER));
        Sql.update(database, "update escapement.session set expires_at = now() - interval '1 hour'");

        cookie(people.token("dora", Role.VIEWER));

        assertThat(Sql.number(database, "select count(*) from escapement.session"))
                .isEqualTo(1);
    }

    @Test
    void a_wrong_token_is_not_exchanged_and_a_body_without_one_is_named() {
        signIn("esc_nothing", "X-None", "x").problem(401);
        assertThat(server.post("/api/v1/session", "{}").faultPaths()).containsExactly("/token");
        assertThat(server.post("/api/v1/session", "{\"token\":\"x\",\"user\":\"y\"}")
                        .faultPaths())
                .containsExactly("/user");
    }

    @Test
    void without_a_login_there_is_nothing_to_sign_in_to_and_everybody_is_local() {
        try (TestDatabase own = TestDatabase.create();
                TestServer open = TestServer.start(own)) {
            open.post("/api/v1/session", "{\"token\":\"x\"}").problem(409);

            assertThat(open.get("/api/v1/me").json().toString())
                    .isEqualTo(
                            "{\"name\":\"local\",\"roles\":[\"VIEWER\",\"OPERATOR\",\"ADMIN\",\"APPROVER\",\"WORKER\"],"
                                    + "\"groups\":[],\"login\":false,\"verified\":false}");
            assertThat(open.metrics().path("auth").asText()).isEqualTo("none");
        }
    }

    private static Answer signIn(String token, String header, String value) {
        return server.send(people.request("POST", "/api/v1/session", "{\"token\":\"" + token + "\"}")
                .header(header, value)
                .build());
    }

    private static String cookie(String token) {
        return setCookie(signIn(token, "X-None", "x")).replaceFirst(";.*", "");
    }

    private static String cookieOf(People there, String token, TestServer other) {
        return setCookie(other.send(there.request("POST", "/api/v1/session", "{\"token\":\"" + token + "\"}")
                        .build()))
                .replaceFirst(";.*", "");
    }

    private static String setCookie(Answer answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow();
    }

    private static Answer with(String cookie, String method, String path, String body) {
        return server.send(
                people.request(method, path, body).header("Cookie", cookie).build());
    }

    private static Answer write(String cookie, String method, String path, String body) {
        return server.send(people.request(method, path, body)
                .header("Cookie", cookie)
                .header("X-Escapement-Request", "1")
                .build());
    }
}
