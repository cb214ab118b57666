package escapement.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/**
 * What PostgreSQL's {@code text} and {@code jsonb} can hold, checked before it gets there.
 *
 * <p>NUL and lone surrogates, numbers beyond 1e308 and deep nesting make an insert fail. What a caller submits is refused
 * with its path; what an action returns is mended, because a completion must never be lost for odd text.
 */
public final class Storable {
    private static final BigDecimal LARGEST = new BigDecimal("1e308");
    private static final int SMALLEST_SCALE = 1000;
    private static final char REPLACEMENT = '\uFFFD';

    private Storable() {}

    /** Adds a fault for everything below {@code node} that cannot be stored. */
    public static void check(JsonNode node, String path, List<Fault> faults) {
        check(node, path, 0, faults);
    }

    private static void check(JsonNode node, String path, int depth, List<Fault> faults) {
        if (depth > Json.MAX_DEPTH) {
            faults.add(new Fault(path, null, "is nested deeper than " + Json.MAX_DEPTH + " levels"));
        } else if (node.isTextual()) {
            checkText(node.textValue(), path, faults);
        } else if (node.isNumber() && !isStorable(node)) {
            faults.add(new Fault(
                    path, shorten(node.asText()), "is a number beyond 1e308 or with more than 1000 decimals"));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), path + "/" + i, depth + 1, faults);
            }
        } else if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                String child = path + "/" + escape(field.getKey());
                checkText(field.getKey(), child, faults);
                check(field.getValue(), child, depth + 1, faults);
            }
        }
    }

    /** Adds a fault when {@code text} has a character that PostgreSQL's text cannot hold. */
    public static void checkText(String text, String path, List<Fault> faults) {
        int at = firstUnstorable(text);
        if (at >= 0) {
            faults.add(new Fault(
                    path,
                    null,
                    text.charAt(at) == 0
                            ? "has the character NUL (\\u0000) at position " + at
                                    + ", which cannot be stored: remove it"
                            : "has half of a surrogate pair at position " + at
                                    + ", which is not a character: remove it"));
        }
    }

    /** The same text with unstorable characters replaced and cut to {@code maxLength} characters. */
    public static String mend(String text, int maxLength) {
        String cut = text.length() <= maxLength ? text : text.substring(0, maxLength - 1) + "…";
        int at = firstUnstorable(cut);
        if (at < 0) {
            return cut;
        }
        StringBuilder mended = new StringBuilder(cut);
        for (; at >= 0; at = firstUnstorable(mended)) {
            mended.setCharAt(at, REPLACEMENT);
        }
        return mended.toString();
    }

    /** The same value with everything unstorable replaced: odd characters by U+FFFD, huge numbers by their text, depth by text. */
    public static JsonNode mend(JsonNode node) {
        return needsMending(node, 0) ? mend(node, 0) : node;
    }

    private static boolean needsMending(JsonNode node, int depth) {
        if (depth > Json.MAX_DEPTH) {
            return true;
        }
        if (node.isTextual()) {
            return firstUnstorable(node.textValue()) >= 0;
        }
        if (node.isNumber()) {
            return !isStorable(node);
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (firstUnstorable(field.getKey()) >= 0) {
                return true;
            }
        }
        for (JsonNode child : node) {
            if (needsMending(child, depth + 1)) {
                return true;
            }
        }
        return false;
    }

    private static JsonNode mend(JsonNode node, int depth) {
        if (depth > Json.MAX_DEPTH) {
            return Json.nodes().textNode("(nested deeper than " + Json.MAX_DEPTH + " levels)");
        }
        if (node.isTextual()) {
            return Json.nodes().textNode(mend(node.textValue(), Integer.MAX_VALUE));
        }
        if (node.isNumber() && !isStorable(node)) {
            return Json.nodes().textNode(shorten(node.asText()));
        }
        if (node.isArray()) {
            ArrayNode mended = Json.nodes().arrayNode(node.size());
            node.forEach(child -> mended.add(mend(child, depth + 1)));
            return mended;
        }
        if (node.isObject()) {
            ObjectNode mended = Json.nodes().objectNode();
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                mended.set(mend(field.getKey(), Integer.MAX_VALUE), mend(field.getValue(), depth + 1));
            }
            return mended;
        }
        return node;
    }

    /** Position of the first character that cannot be stored, or -1. */
    private static int firstUnstorable(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || Character.isLowSurrogate(c)) {
                return i;
            }
            if (Character.isHighSurrogate(c)) {
                if (i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return i;
                }
                i++;
            }
        }
        return -1;
    }

    private static boolean isStorable(JsonNode number) {
        return switch (number.numberType()) {
            case INT, LONG -> true;
            case FLOAT, DOUBLE -> Double.isFinite(number.doubleValue());
            case BIG_INTEGER -> isStorable(number.bigIntegerValue());
            case BIG_DECIMAL -> isStorable(number.decimalValue());
        };
    }

    private static boolean isStorable(BigInteger value) {
        return value.bitLength() <= 1023;
    }

    // the scale first: comparing 1e999999999 would expand it
    private static boolean isStorable(BigDecimal value) {
        return Math.abs((long) value.scale()) <= SMALLEST_SCALE && value.abs().compareTo(LARGEST) <= 0;
    }

    /** JSON Pointer's escapes (RFC 6901, 3). */
    public static String escape(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    /** At most 100 characters of a value, to be quoted in a message. */
    public static String shorten(String value) {
        return value.length() <= 100 ? value : value.substring(0, 99) + "…";
    }
}
