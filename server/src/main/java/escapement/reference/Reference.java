package escapement.reference;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fields;
import escapement.json.Json;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A parameter that stands for a value in another task's result.
 *
 * @param at where it stands, as a JSON Pointer into the parameters
 * @param task the other task's ref or id, or {@link #PARENT}
 * @param path which value of its result; the empty pointer is the whole
 * @param fallback what to take when nothing is there; null when not given, which is not the same as JSON null
 */
public record Reference(
        String at, String task, JsonPointer path, @Nullable JsonNode fallback) {
    /** The task whose branch made this one. */
    public static final String PARENT = "parent";

    static final String MEMBER = "$result";
    private static final int MAX_TASK = 200;

    /** Reads what {@code $result} holds; usable only if no fault was added. */
    static Reference read(String at, Fields inside) {
        Reference reference = new Reference(
                at,
                Objects.requireNonNullElse(inside.requiredText("task", MAX_TASK), ""),
                inside.requiredPointer("path"),
                inside.value("default"));
        inside.refuseUnread();
        return reference;
    }

    Reference of(String otherTask) {
        return new Reference(at, otherTask, path, fallback);
    }

    JsonNode toJson() {
        ObjectNode reference = Json.nodes().objectNode();
        ObjectNode inside = reference.putObject(MEMBER).put("task", task).put("path", path.toString());
        if (fallback != null) {
            inside.set("default", fallback);
        }
        return reference;
    }
}
