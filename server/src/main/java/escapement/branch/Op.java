package escapement.branch;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a place in a result is compared; the name in lower case is the one in JSON. */
public enum Op {
    EQ("=="),
    NE("!="),
    GT(">"),
    GTE(">="),
    LT("<"),
    LTE("<="),
    IN("in"),
    CONTAINS("contains"),
    HAS_KEY("has key"),
    EXISTS("exists");

    private final String sign;

    Op(String sign) {
        this.sign = sign;
    }

    String sign() {
        return sign;
    }

    static Optional<Op> find(String name) {
        return Arrays.stream(values())
                .filter(op -> op.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst();
    }

    static String names() {
        return Arrays.stream(values())
                .map(op -> op.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** What is wrong with comparing with {@code value}; null when nothing is. */
    @Nullable
    String refusal(@Nullable JsonNode value) { // null when absent
        if (this == EXISTS) {
            return value == null || value.isNull() ? null : "must be absent: exists compares with nothing";
        }
        if (value == null) {
            return "is required; JSON null is a value too";
        }
        return switch (this) {
            case EQ, NE, CONTAINS, EXISTS -> null;
            case GT, GTE, LT, LTE -> value.isNumber() || value.isTextual() ? null : "must be a number or a text";
            case IN -> value.isArray() ? null : "must be an array";
            case HAS_KEY -> value.isTextual() ? null : "must be a text";
        };
    }
}
