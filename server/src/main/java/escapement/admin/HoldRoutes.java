package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.queue.Hold;
import escapement.queue.HoldScope;
import escapement.queue.Holds;
import escapement.queue.Modes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Hold everything, a queue or an action, and let it go on. */
public final class HoldRoutes implements Routes {
    private static final int MAX_NAME = 64;
    private static final int MAX_REASON = 1000;

    private final Holds holds;
    private final Modes modes;
    private final Refusals refusals;

    public HoldRoutes(Holds holds, Modes modes, Refusals refusals) {
        this.holds = holds;
        this.modes = modes;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/holds", this::list, Needs.VIEWER);
        routes.post("/api/v1/holds", this::hold, Needs.OPERATOR);
        routes.delete("/api/v1/holds/{scope}/{name}", this::release, Needs.OPERATOR);
    }

    private void list(Context ctx) {
        ObjectNode answer = Json.nodes().objectNode();
        ArrayNode items = answer.putArray("items");
        holds.list().forEach(hold -> items.add(json(hold)));
        answer.putNull("next");
        ctx.contentType("application/json").result(Json.write(answer));
    }

    private static ObjectNode json(Hold hold) {
        return Json.nodes()
                .objectNode()
                .put("scope", hold.scope().name())
                .put("queue", hold.scope() == HoldScope.QUEUE ? hold.name() : null)
                .put("action", hold.scope() == HoldScope.ACTION ? hold.name() : null)
                .put("since", hold.since().toString())
                .put("until", hold.until() == null ? null : hold.until().toString())
                .put("by", hold.by())
                .put("verified", hold.verified())
                .put("reason", hold.reason());
    }

    private void hold(Context ctx) {
        Request request = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Request::read);
        if (request.scope() == HoldScope.EVERYTHING) {
            holdEverything(ctx, request);
        } else {
            holdNamed(ctx, request, Objects.requireNonNull(request.name()));
        }
        ctx.status(201);
        list(ctx);
    }

    private void holdEverything(Context ctx, Request request) {
        switch (modes.lock(Caller.of(ctx), request.reason(), request.until(), request.by())) {
            case Modes.Set.Done _ -> {}
            case Modes.Set.OverAlready _ -> throw request.overAlready();
            case Modes.Set.Unchanged locked ->
                throw refusals.conflict(
                        ctx,
                        "mode.set",
                        "mode",
                        request.reason(),
                        "everything is held already, by " + locked.mode().by() + " since "
                                + locked.mode().since());
            case Modes.Set.NeedsName locked -> throw new IllegalStateException("anybody may lock: " + locked);
        }
    }

    private void holdNamed(Context ctx, Request request, String name) {
        String what = request.scope().word();
        String because = switch (holds.hold(
                Caller.of(ctx), request.scope(), name, request.reason(), request.until(), request.by())) {
            case HELD -> null;
            case OVER_ALREADY -> throw request.overAlready();
            case HELD_ALREADY -> "the " + what + " '" + name + "' is held already";
            case NO_SUCH ->
                request.scope() == HoldScope.QUEUE
                        ? "no task ever named the queue '" + name + "'"
                        : "no node ever offered the action '" + name + "'";
        };
        if (because != null) {
            throw refusals.conflict(ctx, what + ".hold", name, request.reason(), because);
        }
    }

    private void release(Context ctx) {
        String scope = ctx.pathParam("scope").toUpperCase(Locale.ROOT);
        String name = ctx.pathParam("name");
        HoldScope of = switch (scope) {
            case "QUEUE" -> HoldScope.QUEUE;
            case "ACTION" -> HoldScope.ACTION;
            default ->
                throw ProblemException.notFound("there is nothing at " + ctx.path()
                        + ": holds are released at /api/v1/holds/queue/{name} and /api/v1/holds/action/{name},"
                        + " that of everything with PUT /api/v1/mode");
        };
        if (!holds.release(Caller.of(ctx), of, name)) {
            throw ProblemException.notFound("the " + of.word() + " '" + name + "' is not held");
        }
        ctx.status(204);
    }

    private record Request(
            HoldScope scope,
            @Nullable String name, // of the queue or action; null for everything
            String reason,
            @Nullable Instant until,
            @Nullable String by) {
        static Request read(Fields fields) {
            HoldScope scope = fields.oneOf("scope", HoldScope.class, HoldScope.QUEUE);
            if (!fields.has("scope")) {
                fields.fault("scope", "is required: one of " + Fields.names(HoldScope.class));
            }
            String queue = name(fields, "queue", scope == HoldScope.QUEUE);
            String action = name(fields, "action", scope == HoldScope.ACTION);
            String reason = fields.requiredText("reason", MAX_REASON);
            Request request = new Request(
                    scope,
                    scope == HoldScope.ACTION ? action : queue,
                    reason == null ? "" : reason,
                    fields.time("until"),
                    ModeRoutes.by(fields));
            fields.refuseUnread();
            return request;
        }

        private static @Nullable String name(Fields fields, String field, boolean wanted) {
            if (wanted) {
                return fields.requiredText(field, MAX_NAME);
            }
            if (fields.node(field) != null) {
                fields.fault(field, "is for the scope " + field.toUpperCase(Locale.ROOT) + ": leave it out");
            }
            return null;
        }

        InvalidInputException overAlready() {
            return new InvalidInputException(
                    new Fault("/until", String.valueOf(until), "must be in the future, or left out"));
        }
    }
}
