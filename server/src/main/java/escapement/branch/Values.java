package escapement.branch;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How two JSON values compare: numbers by value, texts by code points, never one kind with another. */
final class Values {
    private Values() {}

    /** Deep equality, in which 1 is 1.0 and true is no number. */
    static boolean equal(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            OptionalInt order = order(one, other);
            return order.isPresent() && order.getAsInt() == 0;
        }
        if (one.isArray() && other.isArray()) {
            return haveEqualItems(one, other);
        }
        if (one.isObject() && other.isObject()) {
            return haveEqualFields(one, other);
        }
        return one.equals(other);
    }

    private static boolean haveEqualItems(JsonNode one, JsonNode other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (int i = 0; i < one.size(); i++) {
            if (!equal(one.get(i), other.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean haveEqualFields(JsonNode one, JsonNode other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (Map.Entry<String, JsonNode> field : one.properties()) {
            JsonNode counterpart = other.get(field.getKey());
            if (counterpart == null || !equal(field.getValue(), counterpart)) {
                return false;
            }
        }
        return true;
    }

    static boolean isMember(JsonNode value, JsonNode array) {
        for (JsonNode item : array) {
            if (equal(item, value)) {
                return true;
            }
        }
        return false;
    }

    /** Below, at or above zero as {@code one} is to {@code other}; empty for two that have no order. */
    static OptionalInt order(JsonNode one, JsonNode other) {
        if (one.isTextual() && other.isTextual()) {
            // String.compareTo goes by UTF-16 units, which puts an emoji before U+FFFD
            return OptionalInt.of(Arrays.compare(codePoints(one), codePoints(other)));
        }
        Optional<BigDecimal> left = number(one);
        Optional<BigDecimal> right = number(other);
        return left.isPresent() && right.isPresent()
                ? OptionalInt.of(left.get().compareTo(right.get()))
                : OptionalInt.empty();
    }

    private static int[] codePoints(JsonNode text) {
        return text.textValue().codePoints().toArray();
    }

    private static Optional<BigDecimal> number(JsonNode node) {
        if (!node.isNumber()) {
            return Optional.empty();
        }
        return switch (node.numberType()) {
            case INT, LONG, BIG_INTEGER, BIG_DECIMAL -> Optional.of(node.decimalValue());
            // by its text, as it will be stored: 0.7f is 0.7, not 0.699999988
            case FLOAT, DOUBLE ->
                Double.isFinite(node.doubleValue()) ? Optional.of(new BigDecimal(node.asText())) : Optional.empty();
        };
    }
}
