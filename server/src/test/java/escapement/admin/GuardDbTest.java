package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.access.Admission;
import escapement.access.AuditRefusals;
import escapement.access.ForbiddenException;
import escapement.access.Sessions;
import escapement.access.Tokens;
import escapement.db.Database;
import escapement.support.TestDatabase;
import io.javalin.Javalin;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A route somebody forgot to protect. */
class GuardDbTest {
    @Test
    void a_route_that_names_no_role_answers_nobody_even_where_no_login_is_asked_for() throws Exception {
        try (TestDatabase database = TestDatabase.create();
                Database pool = database.open()) {
            Tokens tokens = new Tokens(pool);
            Javalin javalin = Javalin.create(config -> {
                Guard guard = new Guard(
                        config.unsafe,
                        new Admission(false, Set.of()),
                        tokens,
                        new Sessions(pool, tokens),
                        new AuditRefusals(pool),
                        () -> true);
                config.routes.before(guard::inspect);
                config.routes.exception(ForbiddenException.class, guard::forbid);
                config.routes.get("/forgotten", ctx -> ctx.result("secret"));
                config.routes.get("/seen", ctx -> ctx.result("seen"), Needs.VIEWER);
            });
            try {
                javalin.start("127.0.0.1", 0);

                assertThat(get(javalin, "/seen").statusCode()).isEqualTo(200);
                assertThat(get(javalin, "/forgotten").statusCode()).isEqualTo(403);
                assertThat(get(javalin, "/forgotten").body())
                        .contains("names no role")
                        .doesNotContain("secret");
            } finally {
                javalin.stop();
            }
        }
    }

    private static HttpResponse<String> get(Javalin javalin, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + javalin.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
