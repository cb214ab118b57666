package escapement.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.json.Storable;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Hides values wherever they stand in what an attempt leaves behind, also quoted, encoded, or cut off at the end. Immutable. */
public final class Mask {
    /** What stands in the place of a value. */
    public static final String HIDDEN = "***";

    public static final Mask NONE = new Mask(List.of());

    private final List<String> forms; // longest first: one may be a part of another

    private Mask(List<String> forms) {
        this.forms = forms;
    }

    /** @param values of three characters and less cannot be told from other text and are not hidden */
    static Mask of(Collection<String> values) {
        List<String> forms = values.stream()
                .flatMap(value -> Forms.of(value).stream())
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        return forms.isEmpty() ? NONE : new Mask(forms);
    }

    public boolean isNone() {
        return forms.isEmpty();
    }

    public String text(String text) {
        return withoutEnd(all(text));
    }

    /** Every whole value in {@code text} hidden. */
    String all(String text) {
        String hidden = text;
        for (String form : forms) {
            hidden = hidden.replace(form, HIDDEN);
        }
        return hidden;
    }

    /** Whoever shortens a text may have left the beginning of a value at its end. */
    private String withoutEnd(String text) {
        int cutAt = text.length();
        for (String form : forms) {
            String beginning = form.substring(0, Forms.SHORTEST);
            int at = text.indexOf(beginning, Math.max(0, text.length() - form.length()));
            while (at >= 0 && !text.regionMatches(at, form, 0, text.length() - at)) {
                at = text.indexOf(beginning, at + 1);
            }
            cutAt = at < 0 ? cutAt : Math.min(cutAt, at);
        }
        return cutAt == text.length() ? text : text.substring(0, cutAt) + HIDDEN;
    }

    /** A copy with the values hidden in texts, names and numbers. */
    public JsonNode json(JsonNode node) {
        if (isNone()) {
            return node;
        }
        try {
            return hidden(Json.parse(Json.write(Storable.mend(node)))); // nodes may wrap objects of the action's own
        } catch (Throwable e) { // also Errors of the action's code: what is not masked must not go on, and the attempt
            // must
            return Json.nodes()
                    .objectNode()
                    .put("unstorable_result", e.getClass().getName());
        }
    }

    private JsonNode hidden(JsonNode node) {
        if (node.isObject()) {
            ObjectNode copy = Json.nodes().objectNode();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                copy.set(text(field.getKey()), hidden(field.getValue()));
            }
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = Json.nodes().arrayNode(node.size());
            node.forEach(element -> copy.add(hidden(element)));
            return copy;
        }
        if (node.isTextual() || node.isNumber()) {
            String text = node.asText();
            String hidden = text(text);
            return hidden.equals(text) ? node : Json.nodes().textNode(hidden);
        }
        return node;
    }
}
