package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code approvals}, {@code approve} and {@code reject}: what waits for people, and what they say. */
final class ApprovalCommands {
    private static final String DIGEST = "--digest";
    private static final String YES = "--yes";
    private static final String DRY_RUN = "--dry-run";

    private ApprovalCommands() {}

    static CommandSpec list() {
        return Options.of("Lists what waits for approval, or shows the evidence for one task.", ApprovalCommands::list)
                .argument("ID", "0..1", "of a task that waits")
                .value("--limit", "NUMBER", "at most so many, up to 200 (50)")
                .value("--cursor", "WORD", "the next page, as the page before names it")
                .examples("escapement approvals", "escapement approvals 357341279028200");
    }

    private static int list(Call call) {
        if (!call.argument(0).isEmpty()) {
            return call.answer(call.api().get("/api/v1/approvals/" + call.id()), ApprovalCommands::evidence);
        }
        Reply page = call.api()
                .get("/api/v1/approvals", Map.of("limit", call.text("--limit"), "cursor", call.text("--cursor")));
        return call.answer(
                page,
                json -> Text.table(
                                json.path("items"),
                                "id",
                                "action_name",
                                "risk_level",
                                "confidence_score",
                                "expires_at",
                                "created_by",
                                "reason",
                                "description")
                        + TaskCommands.more(json));
    }

    static CommandSpec approve() {
        return Options.of(
                        "Approves a task that waits, after showing the evidence and asking.", ApprovalCommands::approve)
                .argument("ID", "1", "of the task")
                .why()
                .flag(DRY_RUN, "let it only say what it would do")
                .value(DIGEST, "HEX", "of what you have seen (payload_digest); anything else is not approved")
                .flag(YES, "do not ask; needs " + DIGEST)
                .examples(
                        "escapement approve 357341279028200 --reason 'the return is booked'",
                        "escapement approve 357341279028200 --reason 'reviewed' --yes --digest e37cb2d0df6e...");
    }

    private static int approve(Call call) {
        ObjectNode body = call.body(Map.of(Options.REASON, "reason", DIGEST, "payload_digest"));
        if (call.has(DRY_RUN)) {
            body.put("dry_run", true);
        }
        if (call.has(YES)) {
            if (!call.has(DIGEST)) {
                throw ClientException.usage(YES + " needs " + DIGEST + ", the payload_digest of what you have seen: "
                        + "`escapement approvals " + call.argument(0) + "` shows it");
            }
        } else if (!asked(call, body)) {
            System.err.println("escapement: not approved");
            return ExitCode.ENDED_BADLY;
        }
        return call.answer(call.api().post("/api/v1/tasks/" + call.id() + "/approve", body), ApprovalCommands::said);
    }

    private static boolean asked(Call call, ObjectNode body) {
        if (!Terminal.isThere()) {
            throw ClientException.usage("there is no terminal to ask on: give " + YES + " and " + DIGEST
                    + ", the payload_digest that " + "`escapement approvals " + call.argument(0) + "` shows");
        }
        JsonNode evidence = call.api().get("/api/v1/approvals/" + call.id()).json();
        System.err.println(evidence(evidence));
        String digest = evidence.path("payload_digest").asText();
        if (call.has(DIGEST) && !call.text(DIGEST).equals(digest)) {
            throw new ClientException(
                    ExitCode.REFUSED, "what waits is not what " + DIGEST + " names, but " + digest + ": look again");
        }
        body.put("payload_digest", digest); // of what was shown: what it becomes meanwhile is not approved
        return Terminal.agrees(call.has(DRY_RUN) ? "Approve it as a dry run?" : "Approve it?");
    }

    private static String evidence(JsonNode evidence) {
        String task = Text.fields(
                evidence.path("task"),
                "id",
                "description",
                "action_name",
                "action_params",
                "queue",
                "workflow_id",
                "risk_level",
                "confidence_score",
                "created_at",
                "created_by",
                "reasoning",
                "alternatives",
                "reversible",
                "undo",
                "metadata");
        String held = Text.fields(
                evidence,
                "reason",
                "held_at",
                "approvals",
                "expires_at",
                "on_expiry",
                "on_rejection",
                "outcomes_30_days",
                "payload_digest");
        JsonNode said = evidence.path("said");
        return task + "\n\n" + held
                + (said.isEmpty() ? "" : "\n\n" + Text.table(said, "at", "verdict", "by", "verified", "reason"));
    }

    static CommandSpec reject() {
        return Options.of("Rejects a task that waits for approval.", ApprovalCommands::reject)
                .argument("ID", "1", "of the task")
                .why()
                .value(DIGEST, "HEX", "of what you have seen (payload_digest); anything else is not rejected")
                .examples("escapement reject 357341279028200 --reason 'paid back already'");
    }

    private static int reject(Call call) {
        ObjectNode body = call.body(Map.of(Options.REASON, "reason", DIGEST, "payload_digest"));
        return call.answer(call.api().post("/api/v1/tasks/" + call.id() + "/reject", body), ApprovalCommands::said);
    }

    private static String said(JsonNode task) {
        JsonNode approvals = task.path("approvals");
        return TaskCommands.standing(task)
                + (approvals.path("needed").intValue() > 0
                        ? "  " + approvals.path("given").intValue() + " of "
                                + approvals.path("needed").intValue() + " approvals"
                        : "");
    }
}
