package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code token} with {@code --url}: the same commands, carried out by a server, for whoever has an admin token. */
final class TokenCommands {
    private static final String TOKENS = "/api/v1/tokens";
    private static final int PAGE = 200;

    private TokenCommands() {}

    static int create(Call call) {
        ObjectNode body = Json.nodes().objectNode().put("name", call.argument(0));
        String roles = call.text("--role");
        words(body.putArray("roles"), roles.isEmpty() ? "VIEWER" : roles);
        words(body.putArray("groups"), call.text("--group"));
        return issued(call, call.api().post(TOKENS, lifetime(call, body)));
    }

    static int rotate(Call call) {
        ObjectNode body = Json.nodes().objectNode();
        if (call.has("--grace-seconds")) {
            body.put("grace_seconds", Inputs.whole("--grace-seconds", call.text("--grace-seconds"), 0, 604_800));
        }
        return issued(call, call.api().post(TOKENS + "/" + call.id() + "/rotate", lifetime(call, body)));
    }

    static int revoke(Call call) {
        return call.answer(
                call.api()
                        .post(
                                TOKENS + "/" + call.id() + "/revoke",
                                reason(call, Json.nodes().objectNode())),
                token ->
                        "Token " + Text.of(token.path("id")) + " of '" + Text.of(token.path("name")) + "' is revoked.");
    }

    static int list(Call call) {
        ArrayNode all = Json.nodes().arrayNode();
        String cursor = "";
        do {
            Map<String, String> query = new LinkedHashMap<>();
            query.put("limit", Integer.toString(PAGE));
            query.put("cursor", cursor);
            JsonNode page = call.api().get(TOKENS, query).json();
            page.path("items").forEach(all::add);
            cursor = page.path("next").isTextual() ? page.path("next").asText() : "";
        } while (!cursor.isEmpty());
        Call.say(Text.table(all, "id", "name", "roles", "groups", "prefix", "status", "expires_at", "last_used_at"));
        return ExitCode.OK;
    }

    private static ObjectNode lifetime(Call call, ObjectNode body) {
        if (call.has("--expires-in-days")) {
            body.put("expires_in_days", Inputs.whole("--expires-in-days", call.text("--expires-in-days"), 1, 100_000));
        }
        return reason(call, body);
    }

    private static ObjectNode reason(Call call, ObjectNode body) {
        if (call.has(Options.REASON)) {
            body.put("reason", call.text(Options.REASON));
        }
        return body;
    }

    private static void words(ArrayNode into, String list) {
        Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .forEach(into::add);
    }

    /** The secret alone on standard output, so that a script can take it. */
    private static int issued(Call call, Reply reply) {
        JsonNode token = reply.json();
        System.err.println("Token " + Text.of(token.path("id")) + " of '" + Text.of(token.path("name")) + "' with "
                + Text.of(token.path("roles")) + ", until " + Text.of(token.path("expires_at"))
                + ". Its secret is shown this once:");
        Call.say(token.path("secret").asText());
        return ExitCode.OK;
    }
}
