package escapement.branch;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * One place in the result of a task, compared with a value.
 *
 * <p>Where the result has no such place, only {@code ne} holds. The whole result, path {@code ""}, is always there: JSON null
 * when there is none; only {@code exists} tells that it is none.
 *
 * @param value JSON null for an operator that takes none
 */
public record Comparison(Op op, JsonPointer path, JsonNode value) implements Condition {
    @Override
    public boolean holds(End end) {
        JsonNode found = end.seen().at(path);
        if (found.isMissingNode()) {
            return op == Op.NE;
        }
        return switch (op) {
            case EQ -> Values.equal(found, value);
            case NE -> !Values.equal(found, value);
            case GT -> isOrdered(found, order -> order > 0);
            case GTE -> isOrdered(found, order -> order >= 0);
            case LT -> isOrdered(found, order -> order < 0);
            case LTE -> isOrdered(found, order -> order <= 0);
            case IN -> value.isArray() && Values.isMember(found, value);
            case CONTAINS -> contains(found);
            case HAS_KEY -> found.isObject() && hasKey(found);
            case EXISTS -> !(path.matches() && found.isNull());
        };
    }

    private boolean isOrdered(JsonNode found, IntPredicate wanted) {
        OptionalInt order = Values.order(found, value);
        return order.isPresent() && wanted.test(order.getAsInt());
    }

    private boolean contains(JsonNode found) {
        if (found.isArray()) {
            return Values.isMember(value, found);
        }
        if (found.isObject()) {
            return hasKey(found);
        }
        return found.isTextual() && value.isTextual() && found.textValue().contains(value.textValue());
    }

    private boolean hasKey(JsonNode found) {
        return value.isTextual() && found.has(value.textValue());
    }
}
