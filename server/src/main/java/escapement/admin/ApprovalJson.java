package escapement.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.queue.PendingApproval;
import escapement.queue.PendingApproval.Approval;
import escapement.queue.PendingApproval.Decided;
import escapement.queue.PendingApproval.Dependent;
import escapement.queue.PendingApproval.PastOutcome;
import escapement.queue.PendingApproval.Place;
import escapement.task.Task;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Held tasks, decisions and approvals as JSON. */
final class ApprovalJson {
    private static final String NEVER = "never";

    private ApprovalJson() {}

    static ObjectNode summary(PendingApproval held, Task task) {
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("id", Long.toString(task.id()))
                .put("description", task.description())
                .put("action_name", task.actionName())
                .put("queue", task.queue())
                .put("workflow_id", task.workflowId())
                .put("priority", task.priority().name())
                .put("risk_level", task.riskLevel().name())
                .put("confidence_score", task.confidenceScore())
                .put("created_at", task.createdAt().toString())
                .put("created_by", task.createdBy())
                .put("reason", task.reason())
                .put("payload_digest", held.digest());
        json.putObject("approvals")
                .put("given", held.given())
                .put("needed", held.decision().approvals());
        json.put("held_at", held.since().toString())
                .put("expires_at", time(held.decision().expiresAt()))
                .put("on_expiry", "reject")
                .put("on_rejection", "SKIPPED");
        json.set("decision", decision(held.decision()));
        return json;
    }

    static ObjectNode decision(Decided decision) {
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("at", decision.at().toString())
                .put("decision", decision.decision())
                .put("code", decision.code())
                .put("reason", decision.reason())
                .put("path", decision.path())
                .put("attempt", decision.attempt())
                .put("confidence_score", decision.confidenceScore())
                .put("statistic", decision.statistic())
                .put("value", decision.value())
                .put("threshold", decision.threshold())
                .put("policy_version", decision.policyVersion())
                .put("map_version", decision.mapVersion())
                .put("map_stale", decision.mapStale())
                .put("calibrated", decision.calibrated())
                .put("calibrated_lower", decision.calibratedLower())
                .put("probe_rate", decision.probeRate())
                .put("probe_draw", decision.probeDraw())
                .put("approvals_needed", decision.approvals())
                .put("expires_at", time(decision.expiresAt()))
                .put("payload_digest", decision.payloadDigest());
        decision.groups().forEach(json.putArray("groups")::add);
        return json;
    }

    static ArrayNode said(List<Approval> said) {
        ArrayNode items = Json.nodes().arrayNode();
        said.forEach(one -> items.addObject()
                .put("by", one.principal())
                .put("verified", one.verified())
                .put("verdict", one.verdict().name())
                .put("at", one.at().toString())
                .put("reason", one.reason())
                .put("payload_digest", one.payloadDigest()));
        return items;
    }

    static ArrayNode outcomes(List<PastOutcome> outcomes) {
        ArrayNode items = Json.nodes().arrayNode();
        outcomes.forEach(one -> items.addObject()
                .put("task_id", Long.toString(one.taskId()))
                .put("attempt", one.attempt())
                .put("outcome", one.outcome())
                .put("confidence_score", one.confidenceScore())
                .put("ended_at", one.endedAt().toString())
                .put("error", one.error()));
        return items;
    }

    static ArrayNode dependents(List<Dependent> dependents) {
        ArrayNode items = Json.nodes().arrayNode();
        dependents.forEach(one -> items.addObject()
                .put("id", Long.toString(one.id()))
                .put("description", one.description())
                .put("action_name", one.actionName())
                .put("required_status", one.required().name())
                .put("on_dependency_failure", one.skips() ? "skip" : "block"));
        return items;
    }

    static String cursor(Place place) {
        return (place.until() == null ? NEVER : place.until().toString()) + "," + place.id();
    }

    /** Where a page begins; null for the first one. */
    static @Nullable Place place(Query query) {
        String cursor = query.text("cursor");
        if (cursor == null) {
            return null;
        }
        try {
            int comma = cursor.lastIndexOf(',');
            String until = cursor.substring(0, Math.max(0, comma));
            return new Place(
                    until.equals(NEVER) ? null : Instant.parse(until), Long.parseLong(cursor.substring(comma + 1)));
        } catch (DateTimeException | NumberFormatException e) {
            query.fault("cursor", "is none that this server gave out");
            return null;
        }
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
