package escapement.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.util.regex.Pattern;

/** A value as it is stored: {@code {"$sealed": "v1:KEY:…"}}; shown as {@code {"$sealed": "***"}}. */
public final class Sealed {
    static final String MEMBER = "$sealed";
    // in a JSON text such a name with its value stands nowhere else: within a text its quotes would be escaped
    private static final Pattern STORED = Pattern.compile("(\"\\$sealed\" ?: ?)\"[A-Za-z0-9+/=:]*\"");

    private Sealed() {}

    static ObjectNode of(String sealed) {
        return Json.nodes().objectNode().put(MEMBER, sealed);
    }

    static boolean is(JsonNode node) {
        return node.isObject() && node.size() == 1 && node.path(MEMBER).isTextual();
    }

    static boolean isIn(String json) {
        return json.contains("\"" + MEMBER + "\"");
    }

    /** A JSON text to be shown: what is sealed in it is hidden. */
    public static String hidden(String json) {
        return isIn(json) ? STORED.matcher(json).replaceAll("$1\"" + Mask.HIDDEN + "\"") : json;
    }
}
