package escapement.action.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Reads the schemas written beside the actions. */
final class Schemas {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Schemas() {}

    static JsonNode parse(String schema) {
        try {
            return MAPPER.readTree(schema);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a built-in action's schema is not JSON", e);
        }
    }
}
