package escapement.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import escapement.json.Json;
import escapement.secret.Sealed;
import escapement.task.Attempt;
import escapement.task.Task;
import escapement.task.TaskDetail;
import escapement.task.TaskEvent;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks as JSON. Ids are strings: a reader that takes numbers for doubles would change them. */
final class TaskJson {
    private TaskJson() {}

    static ObjectNode of(Task task) {
        ObjectNode json = Json.nodes().objectNode();
        json.put("id", Long.toString(task.id()));
        json.put("description", task.description());
        json.put("action_name", task.actionName());
        json.put("queue", task.queue());
        json.put("workflow_id", task.workflowId());
        json.put("parent_id", task.parentId() == null ? null : Long.toString(task.parentId()));
        json.put("priority", task.priority().name());
        json.put("risk_level", task.riskLevel().name());
        json.put("confidence_score", task.confidenceScore());
        json.put("status", task.status().name());
        json.put("reason", task.reason());
        json.put("attempt_count", task.attemptCount());
        json.put("max_attempts", task.maxAttempts());
        json.put("created_at", time(task.createdAt()));
        json.put("created_by", task.createdBy());
        json.put("run_at", time(task.runAt()));
        json.put("started_at", time(task.startedAt()));
        json.put("completed_at", time(task.completedAt()));
        json.put("error", task.error());
        json.put("dry_run", task.dryRun());
        json.put("version", task.version());
        json.put("start_by", time(task.startBy()));
        json.put("deadline_at", time(task.deadlineAt()));
        json.put("on_time", task.onTime());
        return json;
    }

    /** With payloads, as PostgreSQL holds them: numbers of any size stay as they are. */
    static ObjectNode of(TaskDetail detail) {
        ObjectNode json = of(detail.task());
        json.putRawValue("action_params", new RawValue(Sealed.hidden(detail.actionParams())));
        json.putRawValue("result", new RawValue(detail.result() == null ? "null" : detail.result()));
        json.putRawValue("metadata", new RawValue(detail.metadata() == null ? "null" : detail.metadata()));
        json.putRawValue("dependencies", new RawValue(detail.links().dependencies()));
        putRationale(json, detail.rationale());
        json.put("payload_digest", detail.payloadDigest());
        json.put("dependents_count", detail.links().dependents());
        json.putRawValue(
                "conditional_branches",
                new RawValue(Sealed.hidden(detail.links().branches())));
        TaskDetail.Progress progress = detail.progress();
        if (progress == null) {
            json.putNull("progress");
        } else {
            json.putObject("progress")
                    .put("attempt", progress.attempt())
                    .put("fraction", progress.fraction())
                    .put("message", progress.message())
                    .put("at", time(progress.at()));
        }
        putOutcome(json, detail.verdict());
        return json;
    }

    private static void putOutcome(ObjectNode json, TaskDetail.@Nullable Verdict verdict) {
        if (verdict == null) {
            json.putNull("outcome");
        } else {
            json.putObject("outcome")
                    .put("verdict", verdict.verdict())
                    .put("attempt", verdict.attempt())
                    .put("by", verdict.by())
                    .put("at", time(verdict.at()))
                    .put("reason", verdict.reason());
        }
    }

    /** What its submitter says about it, in the fields in which it was said. */
    private static void putRationale(ObjectNode json, @Nullable String rationale) {
        JsonNode said = rationale == null ? MissingNode.getInstance() : Json.parse(rationale);
        for (String field : List.of("reasoning", "alternatives", "reversible", "undo")) {
            json.set(field, said.has(field) ? said.get(field) : NullNode.getInstance());
        }
    }

    static ObjectNode of(Attempt attempt) {
        ObjectNode json = Json.nodes().objectNode();
        json.put("attempt", attempt.attempt());
        json.put("node", attempt.node());
        json.put("ready_at", time(attempt.readyAt()));
        json.put("started_at", time(attempt.startedAt()));
        json.put("ended_at", time(attempt.endedAt()));
        json.put("outcome", attempt.outcome() == null ? null : attempt.outcome().name());
        json.put("error", attempt.error());
        json.put("confidence_score", attempt.confidenceScore());
        json.put("gate_path", attempt.gatePath());
        json.put("policy_version", attempt.policyVersion());
        ArrayNode log = json.putArray("log");
        attempt.log().forEach(line -> log.addObject().put("at", time(line.at())).put("line", line.line()));
        return json;
    }

    static ObjectNode of(TaskEvent event) {
        ObjectNode json = Json.nodes().objectNode();
        json.put("kind", event.kind());
        json.put("at", time(event.at()));
        json.put("by", event.by());
        json.putRawValue("detail", new RawValue(event.detail()));
        return json;
    }

    private static @Nullable String time(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
