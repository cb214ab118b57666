package escapement.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Storable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Which parameters an action's schema marks {@code "writeOnly": true}: given to it and shown to nobody. Thread-safe.
 *
 * <p>A mark counts wherever it might apply, whatever {@code oneOf}, {@code if} and the like decide.
 */
final class SensitiveFields {
    private static final String MARK = "writeOnly";
    private static final List<String> LISTS = List.of("allOf", "anyOf", "oneOf");
    private static final List<String> SAME_PLACE = List.of("if", "then", "else", "not");
    private static final List<String> REFERENCES = List.of("$ref", "$dynamicRef");

    private final JsonNode schema;
    private final boolean any;
    private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

    SensitiveFields(JsonNode schema) {
        this.schema = schema;
        this.any = isMarked(schema);
    }

    /** @throws IllegalArgumentException when a mark might not be found because of what the schema refers to */
    static void refuseUnsupported(JsonNode schema) {
        if (isMarked(schema)) {
            for (String keyword : REFERENCES) {
                for (JsonNode reference : schema.findValues(keyword)) {
                    if (reference.isTextual()
                            && (!keyword.equals("$ref")
                                    || !isLocal(reference.textValue())
                                    || at(schema, reference.textValue()).isMissingNode())) {
                        throw new IllegalArgumentException("beside writeOnly the only references are \"$ref\": \"#/…\""
                                + " to a place in the same schema, got " + reference);
                    }
                }
            }
        }
    }

    private static boolean isMarked(JsonNode schema) {
        return schema.findValues(MARK).stream().anyMatch(JsonNode::booleanValue);
    }

    private static boolean isLocal(String reference) {
        return reference.equals("#") || reference.startsWith("#/");
    }

    private static JsonNode at(JsonNode schema, String reference) {
        return schema.at(reference.substring(1));
    }

    boolean isEmpty() {
        return !any;
    }

    /** JSON Pointers to what is marked in {@code params}. */
    Set<String> in(JsonNode params) {
        Set<String> found = new HashSet<>();
        if (any) {
            collect(schema, params, "", found, new HashSet<>());
        }
        return found;
    }

    private void collect(JsonNode rule, JsonNode node, String at, Set<String> found, Set<String> followed) {
        if (!rule.isObject()) {
            return; // absent, true or false
        }
        if (rule.path(MARK).booleanValue()) {
            found.add(at);
        }
        for (String list : LISTS) {
            rule.path(list).forEach(one -> collect(one, node, at, found, followed));
        }
        for (String keyword : SAME_PLACE) {
            collect(rule.path(keyword), node, at, found, followed);
        }
        rule.path("dependentSchemas").forEach(one -> collect(one, node, at, found, followed));
        String reference = rule.path("$ref").asText();
        if (isLocal(reference) && followed.add(at + " " + reference)) {
            collect(at(schema, reference), node, at, found, followed);
        }
        if (node.isObject()) {
            collectInObject(rule, node, at, found, followed);
        } else if (node.isArray()) {
            collectInArray(rule, node, at, found, followed);
        }
    }

    private void collectInObject(JsonNode rule, JsonNode node, String at, Set<String> found, Set<String> followed) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            String place = at + "/" + Storable.escape(field.getKey());
            boolean isNamed = rule.path("properties").has(field.getKey());
            collect(rule.path("properties").path(field.getKey()), field.getValue(), place, found, followed);
            for (Map.Entry<String, JsonNode> pattern :
                    rule.path("patternProperties").properties()) {
                if (matches(pattern.getKey(), field.getKey())) {
                    isNamed = true;
                    collect(pattern.getValue(), field.getValue(), place, found, followed);
                }
            }
            if (!isNamed) {
                collect(rule.path("additionalProperties"), field.getValue(), place, found, followed);
            }
            collect(rule.path("unevaluatedProperties"), field.getValue(), place, found, followed);
        }
    }

    private boolean matches(String pattern, String name) {
        return patterns.computeIfAbsent(pattern, Pattern::compile).matcher(name).find();
    }

    private void collectInArray(JsonNode rule, JsonNode node, String at, Set<String> found, Set<String> followed) {
        for (int i = 0; i < node.size(); i++) {
            String place = at + "/" + i;
            boolean isFirst = rule.path("prefixItems").has(i);
            collect(
                    isFirst ? rule.path("prefixItems").path(i) : rule.path("items"),
                    node.get(i),
                    place,
                    found,
                    followed);
            collect(rule.path("contains"), node.get(i), place, found, followed);
            collect(rule.path("unevaluatedItems"), node.get(i), place, found, followed);
        }
    }
}
