package escapement.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.json.Storable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The references in a task's parameters. One is an object with this member alone, anywhere below a parameter's name:
 *
 * <pre>{"$result": {"task": "fetch", "path": "/items/0/url", "default": "optional, any value"}}</pre>
 *
 * <p>The task is a ref of the same batch, an id, or {@code parent}. What a reference stands for, its default too, is taken as
 * it is: a {@code $result} in there is no reference.
 */
public final class References {
    /** A bound to what results of a megabyte each can make of one task's parameters. */
    public static final int MOST = 100;

    private References() {}

    /**
     * Every reference in {@code params}, in their order; usable only if no fault was added.
     *
     * @param path where {@code params} stand in the caller's body, for the faults
     */
    public static List<Reference> find(JsonNode params, String path, List<Fault> faults) {
        if (params.has(Reference.MEMBER)) {
            faults.add(new Fault(
                    path + "/" + Reference.MEMBER,
                    null,
                    "cannot stand for all parameters: put the reference under the name of one"));
            return List.of();
        }
        List<Reference> found = new ArrayList<>();
        find(params, "", path, found, faults);
        if (found.size() > MOST) {
            Reference first = found.get(MOST);
            faults.add(new Fault(
                    path + first.at(),
                    null,
                    "is one reference more than the " + MOST + " that a task may have; it has " + found.size()));
        }
        return found;
    }

    private static void find(JsonNode node, String at, String path, List<Reference> found, List<Fault> faults) {
        if (node.has(Reference.MEMBER)) {
            found.add(read(node, at, path, faults));
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                find(field.getValue(), child(at, field.getKey()), path, found, faults);
            }
        } else {
            for (int i = 0; i < node.size(); i++) {
                find(node.get(i), at + "/" + i, path, found, faults);
            }
        }
    }

    private static Reference read(JsonNode node, String at, String path, List<Fault> faults) {
        Fields outside = new Fields(node, path + at, faults);
        for (String name : outside.names()) {
            if (!name.equals(Reference.MEMBER)) {
                outside.fault(name, "stands beside $result: a reference has no other member");
            }
        }
        return Reference.read(at, new Fields(node.get(Reference.MEMBER), outside.path(Reference.MEMBER), faults));
    }

    /** A copy that refers to other tasks: {@code task} is given each ref, id or {@code parent}, and answers what to put there. */
    public static JsonNode rename(JsonNode params, UnaryOperator<String> task) {
        return replace(
                params,
                "",
                reference -> reference.of(task.apply(reference.task())).toJson());
    }

    /**
     * A copy with the values in place.
     *
     * @param resultOf the result of the task that a reference names; null when there is none, which is the same as JSON null
     * @throws UnresolvedReferenceException for the first reference that finds nothing and has no default
     */
    public static JsonNode resolve(JsonNode params, Function<String, @Nullable JsonNode> resultOf) {
        return replace(params, "", reference -> value(reference, resultOf.apply(reference.task())));
    }

    private static JsonNode value(Reference reference, @Nullable JsonNode result) {
        JsonNode known = result == null ? Json.nodes().nullNode() : result;
        JsonNode value = known.at(reference.path());
        boolean isNothing = value.isMissingNode() || (reference.path().matches() && value.isNull());
        if (isNothing && reference.fallback() != null) {
            return reference.fallback();
        }
        if (value.isMissingNode()) {
            throw new UnresolvedReferenceException(reference);
        }
        return value;
    }

    private static JsonNode replace(JsonNode node, String at, Function<Reference, JsonNode> by) {
        if (node.has(Reference.MEMBER)) {
            return by.apply(read(node, at));
        }
        if (node.isObject()) {
            ObjectNode copy = Json.nodes().objectNode();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                copy.set(field.getKey(), replace(field.getValue(), child(at, field.getKey()), by));
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

    private static Reference read(JsonNode node, String at) {
        List<Fault> faults = new ArrayList<>();
        Reference reference = read(node, at, "", faults);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("parameters with faulty references: " + faults);
        }
        return reference;
    }

    private static String child(String at, String name) {
        return at + "/" + Storable.escape(name);
    }
}
