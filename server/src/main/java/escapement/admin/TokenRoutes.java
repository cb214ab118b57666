package escapement.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.access.NewToken;
import escapement.access.Role;
import escapement.access.Token;
import escapement.access.TokenJson;
import escapement.access.Tokens;
import escapement.access.Tokens.Change;
import escapement.access.Tokens.Issued;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.json.Storable;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Make, list, rotate and revoke tokens. */
public final class TokenRoutes implements Routes {
    private static final int MAX_REASON = 1000;
    private static final int MAX_ELEMENTS = 100;
    private static final int LONGEST_GRACE_SECONDS = 604_800;
    private static final Set<String> LIST_PARAMETERS = Set.of("limit", "cursor");

    private final Tokens tokens;
    private final Refusals refusals;

    public TokenRoutes(Tokens tokens, Refusals refusals) {
        this.tokens = tokens;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.post("/api/v1/tokens", this::create, Needs.ADMIN);
        routes.get("/api/v1/tokens", this::list, Needs.ADMIN);
        routes.get("/api/v1/tokens/{id}", this::show, Needs.ADMIN);
        routes.post("/api/v1/tokens/{id}/revoke", this::revoke, Needs.ADMIN);
        routes.post("/api/v1/tokens/{id}/rotate", this::rotate, Needs.ADMIN);
    }

    private void create(Context ctx) {
        Creation wanted = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Creation::read);
        NewToken token = new NewToken(wanted.name(), wanted.roles(), wanted.groups(), wanted.lifetime());
        Issued issued = tokens.create(Caller.of(ctx), token, wanted.reason());
        ctx.status(201).header("Location", "/api/v1/tokens/" + issued.token().id());
        answer(ctx, issued);
    }

    private void list(Context ctx) {
        Query query = new Query(ctx, LIST_PARAMETERS);
        int limit = query.integer("limit", 1, TaskRoutes.MAX_PAGE, TaskRoutes.PAGE);
        long before = TaskRoutes.cursor(query);
        query.check();

        List<Token> found = tokens.list(before, limit + 1);
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        found.stream().limit(limit).forEach(token -> items.add(TokenJson.of(token)));
        answer.put(
                "next",
                found.size() > limit
                        ? TaskRoutes.cursorAfter(found.get(limit - 1).id())
                        : null);
        TaskRoutes.answer(ctx, answer);
    }

    private void show(Context ctx) {
        Optional<Token> token = tokens.find(id(ctx));
        TaskRoutes.answer(ctx, TokenJson.of(token.orElseThrow(() -> noToken(ctx))));
    }

    private void revoke(Context ctx) {
        long id = id(ctx);
        String reason = Fields.readAll(body(ctx), fields -> {
                    String read = fields.text("reason", MAX_REASON);
                    fields.refuseUnread();
                    return Optional.ofNullable(read);
                })
                .orElse(null);
        TaskRoutes.answer(
                ctx, TokenJson.of(done(ctx, "token.revoke", reason, tokens.revoke(Caller.of(ctx), id, reason))));
    }

    private void rotate(Context ctx) {
        long id = id(ctx);
        Rotation wanted = Fields.readAll(body(ctx), Rotation::read);
        answer(
                ctx,
                done(
                        ctx,
                        "token.rotate",
                        wanted.reason(),
                        tokens.rotate(Caller.of(ctx), id, wanted.lifetime(), wanted.grace(), wanted.reason())));
    }

    private <T> T done(Context ctx, String operation, @Nullable String reason, Change<T> change) {
        return switch (change) {
            case Change.Done<T> done -> done.now();
            case Change.Absent<T> absent -> throw noToken(ctx);
            case Change.Revoked<T> revoked -> {
                String id = ctx.pathParam("id");
                throw refusals.conflict(
                        ctx, operation, "token " + id, reason, "token " + id + " was revoked before: make another");
            }
        };
    }

    /** The one time that a secret is told. */
    private static void answer(Context ctx, Issued issued) {
        ctx.header("Cache-Control", "no-store");
        TaskRoutes.answer(
                ctx, TokenJson.of(issued.token()).put("secret", issued.secret().text()));
    }

    // there is nothing that must be said
    private static JsonNode body(Context ctx) {
        byte[] body = ctx.bodyAsBytes();
        return body.length == 0 ? Json.nodes().objectNode() : Json.parseInput(body);
    }

    private static long id(Context ctx) {
        try {
            return Long.parseLong(ctx.pathParam("id"));
        } catch (NumberFormatException e) {
            throw noToken(ctx);
        }
    }

    private static ProblemException noToken(Context ctx) {
        return ProblemException.notFound("there is no token '" + Storable.shorten(ctx.pathParam("id")) + "'");
    }

    private static Duration lifetimeOf(Fields fields) {
        return Duration.ofDays(fields.integer("expires_in_days", 1, NewToken.MOST_DAYS, NewToken.DEFAULT_DAYS));
    }

    private record Creation(
            String name,
            List<Role> roles,
            List<String> groups,
            Duration lifetime,
            @Nullable String reason) {
        static Creation read(Fields fields) {
            String name = fields.requiredText("name", MAX_REASON);
            List<Role> roles = new ArrayList<>();
            for (String role : texts(fields, "roles")) {
                try {
                    roles.add(Role.valueOf(role.toUpperCase(Locale.ROOT)));
                } catch (IllegalArgumentException e) {
                    fields.fault("roles", "must be an array of " + Fields.names(Role.class));
                }
            }
            List<String> groups = texts(fields, "groups");
            Duration lifetime = lifetimeOf(fields);
            String reason = fields.text("reason", MAX_REASON);
            fields.refuseUnread();
            return new Creation(Objects.requireNonNullElse(name, ""), roles, groups, lifetime, reason);
        }

        private static List<String> texts(Fields fields, String name) {
            return fields.elements(name, MAX_ELEMENTS).stream()
                    .map(element -> element.node().asText())
                    .toList();
        }
    }

    private record Rotation(
            Duration lifetime, Duration grace, @Nullable String reason) {
        static Rotation read(Fields fields) {
            Duration lifetime = lifetimeOf(fields);
            Duration grace = Duration.ofSeconds(fields.integer("grace_seconds", 0, LONGEST_GRACE_SECONDS, 0));
            String reason = fields.text("reason", MAX_REASON);
            fields.refuseUnread();
            return new Rotation(lifetime, grace, reason);
        }
    }
}
