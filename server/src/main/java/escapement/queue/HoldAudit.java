package escapement.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.access.AuditChange;
import escapement.access.AuditStore;
import escapement.access.Named;
import escapement.access.Principal;
import escapement.json.Json;
import escapement.webhook.DeliveryStore;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Writes into the audit what was held, released, and set, and has operators told of it. */
final class HoldAudit {
    static final String MODE_OPERATION = "mode.set";
    static final String MODE_TARGET = "mode";

    private static final String NOT_HELD = "{\"held\":false}";

    private final AuditStore audit = new AuditStore();
    private final DeliveryStore deliveries = new DeliveryStore();

    void held(DSLContext tx, Principal principal, Named who, Hold hold) {
        record(tx, principal, who, hold, "hold", hold.reason(), NOT_HELD, held(hold));
    }

    void released(DSLContext tx, Principal principal, Hold hold) {
        record(tx, principal, Named.of(principal, null), hold, "release", null, held(hold), NOT_HELD);
    }

    void mode(
            DSLContext tx,
            Principal principal,
            Named who,
            @Nullable String reason,
            CurrentMode before,
            CurrentMode after) {
        AuditChange change = AuditChange.done(MODE_OPERATION, MODE_TARGET, reason)
                .values(values(before), values(after))
                .detail(detail(who));
        audit.record(tx, principal, change);
        ObjectNode alert = Json.nodes()
                .objectNode()
                .put("mode", after.mode().name())
                .put("before", before.mode().name());
        deliveries.add(tx, "mode_changed", Json.write(told(alert, who, reason, after.until())));
    }

    /** @param mode what counts once everything may go on */
    void over(DSLContext tx, List<Hold> holds, ModeStore.Stored mode) {
        for (Hold hold : holds) {
            String reason = "it was held until " + hold.until();
            if (hold.scope() == HoldScope.EVERYTHING) {
                CurrentMode before = CurrentMode.of(mode, hold);
                mode(tx, Principal.SERVER, Named.SERVER, reason, before, CurrentMode.of(mode, null));
            } else {
                record(tx, Principal.SERVER, Named.SERVER, hold, "release", reason, held(hold), NOT_HELD);
            }
        }
    }

    private void record(
            DSLContext tx,
            Principal principal,
            Named who,
            Hold hold,
            String what,
            @Nullable String reason,
            String before,
            String after) {
        String operation = hold.scope().word() + "." + what;
        String target = Objects.requireNonNull(hold.name());
        audit.record(
                tx,
                principal,
                AuditChange.done(operation, target, reason)
                        .values(before, after)
                        .detail(detail(who)));
        ObjectNode alert =
                Json.nodes().objectNode().put("scope", hold.scope().name()).put("name", target);
        boolean placed = what.equals("hold");
        deliveries.add(
                tx,
                placed ? "hold_placed" : "hold_released",
                Json.write(told(alert, who, reason, placed ? hold.until() : null)));
    }

    private static ObjectNode told(ObjectNode alert, Named who, @Nullable String reason, @Nullable Instant until) {
        return alert.put("by", who.name())
                .put("verified", who.verified())
                .put("reason", reason)
                .put("until", until == null ? null : until.toString());
    }

    private static String held(Hold hold) {
        ObjectNode json = Json.nodes().objectNode().put("held", true).put("by", hold.by());
        if (hold.until() != null) {
            json.put("until", hold.until().toString());
        }
        return Json.write(json);
    }

    private static String values(CurrentMode mode) {
        ObjectNode json =
                Json.nodes().objectNode().put("mode", mode.mode().name()).put("by", mode.by());
        if (mode.until() != null) {
            json.put("until", mode.until().toString());
        }
        return Json.write(json);
    }

    private static String detail(Named who) {
        if (!who.isPerson()) {
            return "{}";
        }
        return Json.write(Json.nodes().objectNode().put("by", who.name()).put("verified", who.verified()));
    }
}
