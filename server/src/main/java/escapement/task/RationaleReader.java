package escapement.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.json.Storable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a submitter says about a task for those who decide about it: why, what else there was, and how to undo it. */
final class RationaleReader {
    private static final int MAX_TEXT = 10_000;
    private static final int MAX_ALTERNATIVE = 2000;
    private static final int MOST_ALTERNATIVES = 20;

    private RationaleReader() {}

    /** A JSON object of {@code reasoning, alternatives, reversible, undo} as text; null when none is given. */
    static @Nullable String read(Fields fields) {
        ObjectNode rationale = Json.nodes().objectNode();
        String reasoning = fields.text("reasoning", MAX_TEXT);
        if (reasoning != null) {
            rationale.put("reasoning", reasoning);
        }
        ArrayNode alternatives = alternatives(fields);
        if (!alternatives.isEmpty()) {
            rationale.set("alternatives", alternatives);
        }
        boolean reversible = fields.flag("reversible", true);
        if (fields.has("reversible")) {
            rationale.put("reversible", reversible);
        }
        String undo = fields.text("undo", MAX_TEXT);
        if (undo != null) {
            rationale.put("undo", undo);
        }
        return rationale.isEmpty() ? null : Json.write(rationale);
    }

    private static ArrayNode alternatives(Fields fields) {
        ArrayNode alternatives = Json.nodes().arrayNode();
        for (Fields.Element element : fields.elements("alternatives", MOST_ALTERNATIVES)) {
            String text = element.node().isTextual() ? element.node().textValue() : "";
            List<Fault> faults = new ArrayList<>();
            if (text.isBlank() || text.length() > MAX_ALTERNATIVE) {
                faults.add(new Fault(
                        element.path(),
                        Storable.shorten(element.node().toString()),
                        "must be a text of 1 to " + MAX_ALTERNATIVE + " characters"));
            }
            Storable.checkText(text, element.path(), faults);
            fields.add(faults);
            alternatives.add(text);
        }
        return alternatives;
    }
}
