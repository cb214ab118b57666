package escapement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.access.Tokens.Issued;
import escapement.db.Database;
import escapement.support.Answer;
import escapement.support.People;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens, from their making to their end. */
class TokenDbTest {
    private static TestDatabase database;
    private static TestServer server;
    private static People people;
    private static String admin;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.with().login().start(database);
        people = new People(server);
        admin = people.token("root", Role.ADMIN);
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_token_is_made_shown_once_and_lets_its_owner_in() {
        Answer made = people.post(
                admin,
                "/api/v1/tokens",
                "{\"name\":\"ana\",\"roles\":[\"operator\",\"APPROVER\"],\"groups\":[\"finance\"],\"expires_in_days\":30,\"reason\":\"joined\"}");

        JsonNode token = made.is(201).json();
        String secret = token.path("secret").asText();
        assertThat(secret)
                .matches("esc_[A-Za-z0-9_-]{43}")
                .startsWith(token.path("prefix").asText());
        assertThat(token.path("prefix").asText()).hasSize(10);
        assertThat(made.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(made.headers().firstValue("Location"))
                .contains("/api/v1/tokens/" + token.path("id").asText());
        assertThat(people.get(secret, "/api/v1/me").is(200).text())
                .isEqualTo("{\"name\":\"ana\",\"roles\":[\"OPERATOR\",\"APPROVER\"],\"groups\":[\"finance\"],"
                        + "\"login\":true,\"verified\":true}");
        JsonNode shown = people.get(admin, "/api/v1/tokens/" + token.path("id").asText())
                .is(200)
                .json();
        assertThat(shown.has("secret")).isFalse();
        assertThat(shown.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(shown.path("created_by").asText()).isEqualTo("root");
        assertThat(Sql.number(
                        database,
                        "select round(extract(epoch from expires_at - created_at) / 86400) from escapement.token where id = ?",
                        token.path("id").asLong()))
                .isEqualTo(30);
        assertThat(audit("token.create", token.path("id").asText())).containsExactly("root joined ACTIVE");
    }

    @Test
    void neither_a_tokens_nor_a_sessions_secret_is_anywhere_in_the_database() {
        String secret = people.token("ana", Role.ADMIN);
        people.post(
                        secret,
                        "/api/v1/tokens/"
                                + people.issue("ben", Role.VIEWER).token().id() + "/rotate",
                        "")
                .is(200);
        String session = server.post("/api/v1/session", "{\"token\":\"" + secret + "\"}")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .replaceFirst("^[^=]+=([^;]+);.*", "$1");
        assertThat(session).hasSize(43);

        List<String> dump = dump();

        assertThat(dump).anyMatch(value -> value.contains(secret.substring(0, 10)));
        assertThat(dump).noneMatch(value -> value.contains(secret) || value.contains(secret.substring(4)));
        assertThat(dump).noneMatch(value -> value.contains(session));
        assertThat(dump).noneMatch(value -> value.contains(hex(secret)) || value.contains(hex(session)));
    }

    /** Every value of every column of ours, as a dump would have it. */
    private static List<String> dump() {
        List<String> values = new ArrayList<>();
        for (String table : Sql.texts(
                database,
                "select format('%I.%I', table_schema, table_name) from information_schema.tables "
                        + "where table_schema in ('escapement', 'quartz') and table_type = 'BASE TABLE'")) {
            values.addAll(Sql.texts(database, "select t::text from " + table + " t"));
        }
        return values;
    }

    private static String hex(String text) {
        return java.util.HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | /name",
                "{\"name\":\"ana\"} | /roles",
                "{\"name\":\"ana\",\"roles\":[]} | /roles",
                "{\"name\":\"ana\",\"roles\":[\"root\"]} | /roles",
                "{\"name\":\"Ana\",\"roles\":[\"VIEWER\"]} | /name",
                "{\"name\":\"local\",\"roles\":[\"VIEWER\"]} | /name",
                "{\"name\":\"server\",\"roles\":[\"VIEWER\"]} | /name",
                "{\"name\":\"cli:root\",\"roles\":[\"VIEWER\"]} | /name",
                "{\"name\":\"ana\",\"roles\":[\"VIEWER\"],\"groups\":[\"a b\"]} | /groups",
                "{\"name\":\"ana\",\"roles\":[\"VIEWER\"],\"expires_in_days\":366} | /expires_in_days",
                "{\"name\":\"ana\",\"roles\":[\"VIEWER\"],\"expires_in_days\":0} | /expires_in_days",
                "{\"name\":\"ana\",\"roles\":[\"VIEWER\"],\"secret\":\"x\"} | /secret",
                "{\"name\":\"ana\",\"roles\":[\"VIEWER\"],\"verified\":true} | /verified"
            })
    void a_token_that_cannot_be_is_refused_with_what_is_wrong(String body, String path) {
        assertThat(people.post(admin, "/api/v1/tokens", body).faultPaths()).contains(path);
    }

    @Test
    void several_tokens_of_one_name_are_one_principal_with_each_its_own_roles() {
        String person = people.token("eva", Role.OPERATOR);
        String script = people.token("eva", Role.VIEWER);

        people.post(person, "/api/v1/tasks", "{\"action_name\":\"echo\"}").is(201);
        people.post(script, "/api/v1/tasks", "{\"action_name\":\"echo\"}").problem(403);
        assertThat(people.get(script, "/api/v1/me").json().path("name").asText())
                .isEqualTo("eva");
    }

    @Test
    void a_revoked_token_is_refused_at_once_on_every_node_and_for_good() {
        try (TestServer other = TestServer.with().login().start(database)) {
            Issued issued = people.issue("finn", Role.VIEWER);
            String secret = issued.secret().text();
            String path = "/api/v1/tokens/" + issued.token().id();
            new People(other).get(secret, "/api/v1/me").is(200);

            assertThat(people.post(admin, path + "/revoke", "{\"reason\":\"lost\"}")
                            .is(200)
                            .json()
                            .path("status")
                            .asText())
                    .isEqualTo("REVOKED");

            new People(other).get(secret, "/api/v1/me").problem(401);
            people.post(admin, path + "/revoke", "").problem(409);
            people.post(admin, path + "/rotate", "").problem(409);
            people.post(admin, "/api/v1/tokens/999999/revoke", "").problem(404);
            people.post(admin, "/api/v1/tokens/x/rotate", "").problem(404);
            assertThat(audit("token.revoke", Long.toString(issued.token().id())))
                    .containsExactly("root lost REVOKED");
        }
    }

    @Test
    void a_rotated_token_has_another_secret_and_the_one_before_ends_at_once() {
        Issued issued = people.issue("gus", Role.VIEWER);
        String before = issued.secret().text();
        String cookie = sessionOf(before);

        String after = people.post(admin, "/api/v1/tokens/" + issued.token().id() + "/rotate", "{}")
                .is(200)
                .json()
                .path("secret")
                .asText();

        people.get(before, "/api/v1/me").problem(401);
        me(cookie).problem(401);
        people.get(after, "/api/v1/me").is(200);
    }

    @Test
    void with_a_grace_the_secret_before_and_its_sessions_go_on_until_it_ends() {
        Issued issued = people.issue("hal", Role.VIEWER);
        String before = issued.secret().text();
        String cookie = sessionOf(before);
        String path = "/api/v1/tokens/" + issued.token().id();

        JsonNode rotated = people.post(admin, path + "/rotate", "{\"grace_seconds\":3600,\"expires_in_days\":7}")
                .is(200)
                .json();

        assertThat(rotated.path("previous_secret_until").isTextual()).isTrue();
        people.get(before, "/api/v1/me").is(200);
        people.get(rotated.path("secret").asText(), "/api/v1/me").is(200);
        me(cookie).is(200);
        String late = sessionOf(before);
        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.session where token = ? and expires_at > now() + interval '1 hour'",
                        issued.token().id()))
                .isZero();
        me(late).is(200);

        Sql.update(
                database,
                "update escapement.token set previous_until = now() where id = ?",
                issued.token().id());
        people.get(before, "/api/v1/me").problem(401);
        assertThat(people.get(admin, path).json().path("previous_secret_until").isNull())
                .isTrue();
    }

    @Test
    void an_expired_token_is_told_so_and_comes_back_by_rotation() {
        Issued issued = people.issue("ida", Role.VIEWER);
        People.expire(database, issued.token());

        assertThat(people.get(issued.secret().text(), "/api/v1/me")
                        .problem(401)
                        .path("detail")
                        .asText())
                .contains("of 'ida' expired at", "rotated");
        String after = people.post(admin, "/api/v1/tokens/" + issued.token().id() + "/rotate", "")
                .json()
                .path("secret")
                .asText();
        people.get(after, "/api/v1/me").is(200);
    }

    @Test
    void the_last_use_is_written_at_most_once_a_minute() {
        Issued issued = people.issue("jo", Role.VIEWER);
        long id = issued.token().id();
        String last = "select coalesce(extract(epoch from last_used_at) * 1000, 0) from escapement.token where id = ?";
        assertThat(Sql.number(database, last, id)).isZero();

        people.get(issued.secret().text(), "/api/v1/me").is(200);
        long first = Sql.number(database, last, id);
        people.get(issued.secret().text(), "/api/v1/me").is(200);
        assertThat(Sql.number(database, last, id)).isEqualTo(first).isPositive();

        usedSecondsAgo(45, id);
        long earlier = Sql.number(database, last, id);
        people.get(issued.secret().text(), "/api/v1/me").is(200);
        assertThat(Sql.number(database, last, id)).isEqualTo(earlier);

        usedSecondsAgo(61, id);
        people.get(issued.secret().text(), "/api/v1/me").is(200);
        assertThat(Sql.number(database, last, id)).isGreaterThanOrEqualTo(first);
    }

    private static void usedSecondsAgo(int seconds, long id) {
        Sql.update(
                database,
                "update escapement.token set last_used_at = now() - ? * interval '1 second' where id = ?",
                seconds,
                id);
    }

    @Test
    void tokens_are_listed_newest_first_page_by_page() {
        for (int i = 0; i < 3; i++) {
            people.issue("kim", Role.VIEWER);
        }

        JsonNode page = people.get(admin, "/api/v1/tokens?limit=2").is(200).json();
        JsonNode next = people.get(
                        admin,
                        "/api/v1/tokens?limit=2&cursor=" + page.path("next").asText())
                .is(200)
                .json();

        long last = page.path("items").get(1).path("id").asLong();
        assertThat(page.path("items").get(0).path("id").asLong()).isGreaterThan(last);
        assertThat(next.path("items").get(0).path("id").asLong()).isLessThan(last);
        assertThat(page.toString()).doesNotContain("secret\"", "hash");
    }

    @Test
    void services_check_the_role_themselves() {
        Tokens tokens = server.server().tokens();
        Principal operator = new Principal("op", java.util.Set.of(Role.OPERATOR), java.util.Set.of(), true, null);

        assertThatThrownBy(() -> tokens.revoke(operator, 1, "because"))
                .isInstanceOf(ForbiddenException.class)
                .hasMessage("this needs the role ADMIN, and 'op' has OPERATOR");
    }

    @Test
    void of_nodes_that_start_at_once_on_a_new_database_one_makes_the_first_token() throws Exception {
        try (TestDatabase fresh = TestDatabase.create();
                Database pool = fresh.open();
                Database second = fresh.open();
                ExecutorService threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Optional<Issued>>> starts =
                    List.of(() -> new Tokens(pool).createFirst(), () -> new Tokens(second).createFirst());

            List<Issued> made = new ArrayList<>();
            for (Future<Optional<Issued>> start : threads.invokeAll(starts)) {
                start.get().ifPresent(made::add);
            }

            assertThat(made).hasSize(1);
            assertThat(made.getFirst().token().roles()).containsExactly(Role.ADMIN, Role.APPROVER);
            assertThat(new Tokens(pool).createFirst()).isEmpty();
        }
    }

    private static String sessionOf(String secret) {
        return server.post("/api/v1/session", "{\"token\":\"" + secret + "\"}")
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .replaceFirst(";.*", "");
    }

    private static Answer me(String cookie) {
        return server.send(
                people.request("GET", "/api/v1/me", "").header("Cookie", cookie).build());
    }

    private static List<String> audit(String operation, String id) {
        return Sql.texts(
                database,
                "select principal || ' ' || reason || ' ' || (new_value ->> 'status') from escapement.audit "
                        + "where operation = ? and target like ? order by id",
                operation,
                "token " + id + " (%");
    }
}
