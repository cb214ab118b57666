package escapement.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.json.Storable;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Walks through a JSON value, each place named by its JSON Pointer. */
final class Places {
    private Places() {}

    /** A copy in which {@code by} replaces what it wants, from the outside in. */
    static <E extends Exception> JsonNode replace(JsonNode node, Replacement<E> by) throws E {
        return replace(node, "", by);
    }

    private static <E extends Exception> JsonNode replace(JsonNode node, String at, Replacement<E> by) throws E {
        JsonNode replaced = by.of(at, node);
        if (replaced != null) {
            return replaced;
        }
        if (node.isObject()) {
            ObjectNode copy = Json.nodes().objectNode();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                copy.set(field.getKey(), replace(field.getValue(), at + "/" + Storable.escape(field.getKey()), by));
            }
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = Json.nodes().arrayNode(node.size());
            for (int i = 0; i < node.size(); i++) {
                copy.add(replace(node.get(i), at + "/" + i, by));
            }
            return copy;
        }
        return node;
    }

    /** What to put in a place; null: what is there, with what is below it looked at. */
    interface Replacement<E extends Exception> {
        @Nullable
        JsonNode of(String at, JsonNode node) throws E;
    }
}
