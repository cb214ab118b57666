package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code holds}, {@code hold} and {@code release}: a queue, an action or everything. */
final class HoldCommands {
    private static final String HOLDS = "/api/v1/holds";
    private static final Map<String, String> BODY = Map.of(Options.REASON, "reason", "--until", "until", "--by", "by");

    private HoldCommands() {}

    static CommandSpec list() {
        return Options.of("Lists what is held.", call -> call.answer(call.api().get(HOLDS), HoldCommands::rows))
                .examples("escapement holds");
    }

    private static String rows(JsonNode list) {
        return list.path("items").isEmpty()
                ? "Nothing is held."
                : Text.table(list.path("items"), "scope", "queue", "action", "since", "until", "by", "reason");
    }

    static CommandSpec hold() {
        return Options.of("Holds a queue, an action or everything: nothing more of it starts.", HoldCommands::hold)
                .argument("SCOPE", "1", "queue, action or everything")
                .argument("NAME", "0..1", "of the queue or action")
                .why()
                .value("--until", "TIME", "when it ends by itself, such as 2026-12-31T09:00:00Z")
                .value("--by", "NAME", "who you are, where the server has no login")
                .examples(
                        "escapement hold queue mail --reason 'the provider is down'",
                        "escapement hold everything --reason 'moving' --until 2026-12-31T09:00:00Z");
    }

    private static int hold(Call call) {
        String scope = scope(call, "queue", "action", "everything");
        ObjectNode body = call.body(BODY);
        body.put("scope", scope.toUpperCase(Locale.ROOT));
        if (!scope.equals("everything")) {
            body.put(scope, name(call, scope));
        } else if (!call.argument(1).isEmpty()) {
            throw ClientException.usage("everything has no name: leave '" + call.argument(1) + "' out");
        }
        return call.answer(call.api().post(HOLDS, body), HoldCommands::rows);
    }

    static CommandSpec release() {
        return Options.of("Lets a queue or an action go on.", HoldCommands::release)
                .argument("SCOPE", "1", "queue or action; everything goes on with `escapement mode LIVE`")
                .argument("NAME", "1", "of the queue or action")
                .examples("escapement release queue mail");
    }

    private static int release(Call call) {
        String scope = scope(call, "queue", "action");
        String name = name(call, scope);
        call.api().delete(HOLDS + "/" + scope + "/" + Api.segment(name));
        if (!call.wantsJson()) { // the server answers nothing, so there is no JSON
            Call.say("The " + scope + " '" + name + "' goes on.");
        }
        return ExitCode.OK;
    }

    private static String scope(Call call, String... known) {
        String scope = call.argument(0).toLowerCase(Locale.ROOT);
        if (!List.of(known).contains(scope)) {
            throw ClientException.usage("SCOPE must be " + String.join(" or ", known) + ", got '" + call.argument(0)
                    + "'" + (scope.equals("everything") ? ": `escapement mode LIVE` lets everything go on" : ""));
        }
        return scope;
    }

    private static String name(Call call, String scope) {
        if (call.argument(1).isEmpty()) {
            throw ClientException.usage("NAME of the " + scope + " is missing");
        }
        return call.argument(1);
    }
}
