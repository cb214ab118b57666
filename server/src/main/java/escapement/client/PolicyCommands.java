package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code policy}: which risky tasks may run by themselves. */
final class PolicyCommands {
    private static final String POLICY = "/api/v1/policy";
    private static final String RULES = "--rules";
    private static final String PRESET = "--preset";
    private static final String VERSION = "--based-on";

    private PolicyCommands() {}

    static CommandSpec spec() {
        CommandSpec group = CommandSpec.create().mixinStandardHelpOptions(true);
        group.usageMessage().description("Shows, tries and changes the policy of the gate.");
        group.addSubcommand("show", show());
        group.addSubcommand("put", put());
        group.addSubcommand("preview", preview());
        group.addSubcommand("versions", versions());
        return group;
    }

    private static CommandSpec show() {
        return Options.of(
                        "Shows the policy in force, or a version of it.",
                        call -> call.answer(
                                call.api().get(call.argument(0).isEmpty() ? POLICY : POLICY + "/versions/" + call.id()),
                                PolicyCommands::policy))
                .argument("VERSION", "0..1", "a number; otherwise the one in force")
                .examples("escapement policy show", "escapement policy show 3 --json > rules.json");
    }

    private static CommandSpec put() {
        return rules(Options.of("Puts a policy in force, on every node at once.", PolicyCommands::put))
                .required(VERSION, "VERSION", "the version you saw in force; another one by now is left alone")
                .why()
                .examples("escapement policy put --rules @rules.json --based-on 3 --reason 'refunds need two people'");
    }

    private static int put(Call call) {
        ObjectNode body = body(call);
        body.put("version", Inputs.whole(VERSION, call.text(VERSION), 1, 999_999_999));
        body.put("reason", call.text(Options.REASON));
        return call.answer(call.api().put(POLICY, body), PolicyCommands::policy);
    }

    private static CommandSpec preview() {
        return rules(Options.of(
                        "Tells what a policy would do to the tasks that wait now.",
                        call -> call.answer(
                                call.api().post(POLICY + "/preview", body(call)),
                                json -> Text.fields(
                                        json,
                                        "waiting",
                                        "held",
                                        "rejected",
                                        "dry_run",
                                        "recorded",
                                        "held_now",
                                        "released"))))
                .examples("escapement policy preview --preset gated", "escapement policy preview --rules @rules.json");
    }

    private static CommandSpec versions() {
        return Options.of("Lists the versions of the policy, newest first.", PolicyCommands::versions)
                .value("--limit", "NUMBER", "at most so many, up to 200 (50)")
                .value("--before", "VERSION", "only those before this one")
                .examples("escapement policy versions");
    }

    private static int versions(Call call) {
        Reply page = call.api()
                .get(POLICY + "/versions", Map.of("limit", call.text("--limit"), "before", call.text("--before")));
        return call.answer(
                page,
                json -> Text.table(json.path("items"), "version", "created_at", "created_by", "reason")
                        + (json.path("next").isTextual() ? "\nmore: --before " + Text.of(json.path("next")) : ""));
    }

    private static Options rules(Options options) {
        return options.value(RULES, "JSON", "the rules: JSON, @FILE or -, as [...] or as `policy show --json` prints")
                .value(PRESET, "NAME", "the rules of this name instead: default, dry_run or gated");
    }

    private static ObjectNode body(Call call) {
        if (call.has(RULES) == call.has(PRESET)) {
            throw ClientException.usage("give either " + RULES + " or " + PRESET);
        }
        ObjectNode body = Json.nodes().objectNode();
        if (call.has(PRESET)) {
            return body.put("preset", call.text(PRESET));
        }
        JsonNode given = Inputs.json(RULES, call.text(RULES));
        body.set("rules", given.isObject() && given.has("rules") ? given.get("rules") : given);
        return body;
    }

    private static String policy(JsonNode policy) {
        return Text.fields(policy, "version", "created_at", "created_by", "reason")
                + (policy.path("rules").isEmpty()
                        ? ""
                        : "\n\n"
                                + Text.table(
                                        policy.path("rules"),
                                        "risk_level",
                                        "action",
                                        "minimum_confidence",
                                        "reject_below",
                                        "effect",
                                        "approvals",
                                        "groups",
                                        "expires_after_seconds",
                                        "dry_run"));
    }
}
