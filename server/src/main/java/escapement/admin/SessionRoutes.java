package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.access.Admission;
import escapement.access.Principal;
import escapement.access.Recognition.Unknown;
import escapement.access.Sessions;
import escapement.access.Tokens;
import escapement.json.Fields;
import escapement.json.Json;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Sign in and out on the page, and say who is asking. */
public final class SessionRoutes implements Routes {
    static final String COOKIE = "escapement_session";

    private static final int MAX_TOKEN = 200;

    private final Admission admission;
    private final Tokens tokens;
    private final Sessions sessions;

    public SessionRoutes(Admission admission, Tokens tokens, Sessions sessions) {
        this.admission = admission;
        this.tokens = tokens;
        this.sessions = sessions;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post("/api/v1/session", this::signIn, Needs.NOTHING);
        routes.delete("/api/v1/session", this::signOut, Needs.LOGIN);
        routes.get("/api/v1/me", this::me, Needs.LOGIN);
    }

    private void signIn(Context ctx) {
        String secret = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), fields -> {
            String token = fields.requiredText("token", MAX_TOKEN);
            fields.refuseUnread();
            return Objects.requireNonNullElse(token, "").strip();
        });
        if (!admission.login()) {
            throw ProblemException.conflict("nobody signs in here: every request acts as 'local' (ESCAPEMENT_AUTH)");
        }
        if (tokens.recognise(secret) instanceof Unknown unknown) {
            throw Guard.unknown(ctx, unknown.because());
        }
        Sessions.Opened session =
                sessions.open(secret).orElseThrow(() -> Guard.unknown(ctx, "the token has just ended: use another"));
        int seconds = Math.toIntExact(
                Duration.between(Instant.now(), session.expiresAt()).toSeconds());
        ctx.cookie(cookie(ctx, session.id().text(), Math.max(1, seconds)));
        ctx.header("Cache-Control", "no-store").status(204);
    }

    private void signOut(Context ctx) {
        String session = ctx.cookie(COOKIE);
        if (session != null) {
            sessions.close(session);
            ctx.cookie(cookie(ctx, "", 0));
        }
        ctx.status(204);
    }

    private static Cookie cookie(Context ctx, String value, int seconds) {
        return new Cookie(COOKIE, value, "/", seconds, Scheme.of(ctx).equals("https"), true, null, SameSite.STRICT);
    }

    private void me(Context ctx) {
        Principal principal = Caller.of(ctx);
        ObjectNode answer = Json.nodes().objectNode().put("name", principal.name());
        ArrayNode roles = answer.putArray("roles");
        principal.roles().stream().sorted().forEach(role -> roles.add(role.name()));
        ArrayNode groups = answer.putArray("groups");
        principal.groups().stream().sorted().forEach(groups::add);
        answer.put("login", admission.login()).put("verified", principal.verified());
        TaskRoutes.answer(ctx, answer);
    }
}
