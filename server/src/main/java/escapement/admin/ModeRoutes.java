package escapement.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.follow.CountStore;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.queue.CurrentMode;
import escapement.queue.Holds;
import escapement.queue.Mode;
import escapement.queue.Modes;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** Show and set the mode of the whole cluster. */
public final class ModeRoutes implements Routes {
    private static final int MAX_REASON = 1000;
    private static final int MAX_NAME = 100;

    private final Modes modes;
    private final Holds holds;
    private final CountStore counts;
    private final Refusals refusals;

    public ModeRoutes(Modes modes, Holds holds, CountStore counts, Refusals refusals) {
        this.modes = modes;
        this.holds = holds;
        this.counts = counts;
        this.refusals = refusals;
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/mode", this::show, Needs.VIEWER);
        routes.put("/api/v1/mode", this::set, Needs.OPERATOR);
    }

    private void show(Context ctx) {
        answer(ctx, modes.current());
    }

    private void set(Context ctx) {
        Request request = Fields.readAll(Json.parseInput(ctx.bodyAsBytes()), Request::read);
        switch (modes.set(Caller.of(ctx), request.mode(), request.reason(), request.by())) {
            case Modes.Set.Done done -> answer(ctx, done.mode());
            case Modes.Set.Unchanged unchanged -> answer(ctx, unchanged.mode());
            case Modes.Set.NeedsName locked ->
                throw refusals.conflict(
                        ctx,
                        "mode.set",
                        "mode",
                        request.reason(),
                        "the mode is LOCKED, by " + locked.mode().by() + " since "
                                + locked.mode().since()
                                + ": only a named person unlocks it, so say who you are with \"by\"");
            case Modes.Set.OverAlready over ->
                throw new IllegalStateException("a mode that is set ends at no time: " + over);
        }
    }

    private void answer(Context ctx, CurrentMode mode) {
        HeldBack heldBack = HeldBack.of(counts.counts(), holds.list());
        ObjectNode json = Json.nodes().objectNode();
        json.put("mode", mode.mode().name());
        json.put("unlocked_mode", mode.unlocked().name());
        json.put("since", text(mode.since()));
        json.put("until", text(mode.until()));
        json.put("by", mode.by());
        json.put("verified", mode.verified());
        json.put("reason", mode.reason());
        json.put("held_back", heldBack.tasks());
        json.put("held_back_since", text(heldBack.since()));
        ctx.contentType("application/json").result(Json.write(json));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /** Who asks, as they say; null when they do not. */
    static @Nullable String by(Fields fields) {
        String by = fields.text("by", MAX_NAME);
        if (by != null && by.isBlank()) {
            fields.fault("by", "must be the name of a person");
        }
        return by == null ? null : by.strip();
    }

    private record Request(
            Mode mode, String reason, @Nullable String by) {
        static Request read(Fields fields) {
            Mode mode = fields.oneOf("mode", Mode.class, Mode.LOCKED);
            if (!fields.has("mode")) {
                fields.fault("mode", "is required: one of " + Fields.names(Mode.class));
            }
            String reason = fields.requiredText("reason", MAX_REASON);
            Request request = new Request(mode, reason == null ? "" : reason, ModeRoutes.by(fields));
            fields.refuseUnread();
            return request;
        }
    }
}
