package escapement.branch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fields;
import escapement.json.Json;
import java.util.Locale;
import java.util.Objects;

/**
 * Reads the condition of a branch: {@code condition_type} and {@code condition_value}.
 *
 * <p>{@code success} and {@code failure} take no value. {@code result_equals} takes any, {@code result_contains} a key, a piece
 * of text or a list's member; both hold for a COMPLETED task only. {@code when} takes a tree, see {@link TreeReader}.
 */
public final class ConditionReader {
    private static final String TYPES = "success, failure, result_equals, result_contains, when";
    private static final int MAX_TYPE = 64;

    private ConditionReader() {}

    /** The condition of the branch in {@code fields}; usable only if no fault was added. Leaves the other fields unread. */
    public static Condition read(Fields branch) {
        branch.node("condition_value"); // known, whatever the type
        String type = branch.requiredText("condition_type", MAX_TYPE);
        if (type == null || type.isEmpty()) {
            return TreeReader.NEVER;
        }
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "success" -> withoutValue(branch, new Condition.Status(true));
            case "failure" -> withoutValue(branch, new Condition.Status(false));
            case "result_equals" -> equalTo(branch);
            case "result_contains" -> contains(branch);
            case "when" -> tree(branch);
            default -> {
                branch.fault("condition_type", "must be one of " + TYPES);
                yield TreeReader.NEVER;
            }
        };
    }

    private static Condition withoutValue(Fields branch, Condition condition) {
        if (branch.has("condition_value")) {
            branch.fault("condition_value", "must be absent: success and failure compare nothing; see result_equals");
        }
        return condition;
    }

    private static Condition equalTo(Fields branch) {
        JsonNode value = branch.value("condition_value");
        return onResult(Op.EQ, Objects.requireNonNullElse(value, Json.nodes().nullNode()));
    }

    private static Condition contains(Fields branch) {
        JsonNode value = branch.value("condition_value");
        if (value == null || value.isNull()) {
            branch.fault("condition_value", "is required: the key, the piece of text or the member to look for");
            return TreeReader.NEVER;
        }
        return onResult(Op.CONTAINS, value);
    }

    private static Condition onResult(Op op, JsonNode value) {
        return new Condition.WhenCompleted(new Comparison(op, JsonPointer.empty(), value));
    }

    private static Condition tree(Fields branch) {
        Fields root = branch.object("condition_value");
        if (root == null) {
            branch.fault("condition_value", "is required: a condition with one of " + TreeReader.KINDS);
            return TreeReader.NEVER;
        }
        return new TreeReader().read(root);
    }
}
