package escapement.branch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fields;
import escapement.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads one condition tree. Each of its nodes is one of
 *
 * <pre>
 * {"all": [node, …]}   {"any": [node, …]}   {"not": node}   {"status": "COMPLETED" or "FAILED"}
 * {"op": "eq", "path": "/json/pointer", "value": …}
 * </pre>
 *
 * with an {@link Op} that compares a place in the result; the path {@code ""} is the whole. Not thread-safe.
 */
final class TreeReader {
    static final int MAX_DEPTH = 8;
    static final int MAX_NODES = 100;
    static final Condition NEVER = new Condition.Any(List.of()); // stands where there was a fault
    static final String KINDS = "all, any, not, status, op";
    private static final int MAX_WORD = 64;

    private int nodes;

    Condition read(Fields root) {
        return read(root, 1);
    }

    private Condition read(Fields node, int depth) {
        if (++nodes > MAX_NODES) {
            if (nodes == MAX_NODES + 1) {
                node.fault("is one condition more than the " + MAX_NODES + " that a tree may have");
            }
            return NEVER;
        }
        if (depth > MAX_DEPTH) {
            node.fault("is nested deeper than " + MAX_DEPTH + " levels");
            return NEVER;
        }
        List<String> kinds = node.names().stream()
                .filter(List.of(KINDS.split(", "))::contains)
                .toList();
        if (kinds.size() != 1) {
            node.fault("must have exactly one of " + KINDS
                    + (kinds.isEmpty() ? "" : ", and has " + String.join(" and ", kinds)));
            return NEVER;
        }
        Condition condition = switch (kinds.getFirst()) {
            case "all" -> new Condition.All(children(node, "all", depth));
            case "any" -> new Condition.Any(children(node, "any", depth));
            case "not" -> not(node, depth);
            case "status" -> status(node);
            default -> comparison(node);
        };
        node.refuseUnread();
        return condition;
    }

    private List<Condition> children(Fields node, String kind, int depth) {
        return node.objects(kind, MAX_NODES).stream()
                .map(child -> read(child, depth + 1))
                .toList();
    }

    private Condition not(Fields node, int depth) {
        Fields child = node.object("not");
        if (child == null) {
            node.fault("not", "must be a JSON object");
            return NEVER;
        }
        return new Condition.Not(read(child, depth + 1));
    }

    private static Condition status(Fields node) {
        String status = Objects.requireNonNullElse(node.requiredText("status", MAX_WORD), "");
        return switch (status.toUpperCase(Locale.ROOT)) {
            case "COMPLETED" -> new Condition.Status(true);
            case "FAILED" -> new Condition.Status(false);
            case "" -> NEVER; // said already
            default -> {
                node.fault("status", "must be one of COMPLETED, FAILED");
                yield NEVER;
            }
        };
    }

    private static Condition comparison(Fields node) {
        String name = Objects.requireNonNullElse(node.requiredText("op", MAX_WORD), "");
        JsonPointer path = node.requiredPointer("path");
        JsonNode value = node.value("value");
        Optional<Op> op = Op.find(name);
        if (op.isEmpty()) {
            if (!name.isEmpty()) {
                node.fault("op", "must be one of " + Op.names());
            }
            return NEVER;
        }
        String refusal = op.get().refusal(value);
        if (refusal != null) {
            node.fault("value", refusal);
        }
        return new Comparison(
                op.get(), path, Objects.requireNonNullElse(value, Json.nodes().nullNode()));
    }
}
