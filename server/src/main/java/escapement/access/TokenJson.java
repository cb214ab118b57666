package escapement.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Tokens as JSON, for callers and for the audit. */
public final class TokenJson {
    private TokenJson() {}

    public static ObjectNode of(Token token) {
        ObjectNode json =
                Json.nodes().objectNode().put("id", Long.toString(token.id())).put("name", token.name());
        ArrayNode roles = json.putArray("roles");
        token.roles().forEach(role -> roles.add(role.name()));
        ArrayNode groups = json.putArray("groups");
        token.groups().forEach(groups::add);
        return json.put("prefix", token.prefix())
                .put("status", token.status().name())
                .put("created_at", token.createdAt().toString())
                .put("created_by", token.createdBy())
                .put("expires_at", token.expiresAt().toString())
                .put("previous_secret_until", text(token.previousUntil()))
                .put("last_used_at", text(token.lastUsedAt()))
                .put("revoked_at", text(token.revokedAt()));
    }

    static String text(Token token) {
        return Json.write(of(token));
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
