package escapement.catalog;

import com.networknt.schema.Error;
import com.networknt.schema.path.NodePath;
import java.util.Optional;
import java.util.Set;

/** Tells errors that stand whatever references will be replaced with from those that only a value can decide. */
final class Certainty {
    private static final Set<String> NAME_FOLLOWS = Set.of("properties", "patternProperties", "prefixItems");
    private static final Set<String> DESCENDS = Set.of("items", "additionalProperties");
    private static final Set<String> JUDGES_CONTENT = Set.of(
            "oneOf",
            "anyOf",
            "not",
            "then",
            "else",
            "dependentSchemas",
            "contains",
            "minContains",
            "maxContains",
            "uniqueItems",
            "unevaluatedItems",
            "unevaluatedProperties",
            "enum",
            "const");

    private Certainty() {}

    static boolean isCertain(Error error, Set<String> references) {
        if (references.isEmpty()) {
            return true;
        }
        String place = error.getInstanceLocation().toString();
        Optional<String> judged = judged(error);
        return references.stream()
                .noneMatch(reference -> isAtOrBelow(place, reference)
                        || judged.filter(above -> isAtOrBelow(reference, above)).isPresent());
    }

    /** Whether a text, whichever it is, stands where the schema wants another type. */
    static boolean isNoText(Error error, Set<String> texts) {
        return !texts.isEmpty()
                && error.getKeyword().equals("type")
                && texts.contains(error.getInstanceLocation().toString())
                && judged(error).isEmpty();
    }

    static boolean isAtOrBelow(String place, String above) {
        return place.equals(above) || place.startsWith(above + "/");
    }

    /**
     * Where {@code oneOf} or its like was applied on the way to the error; empty when nothing like it was.
     *
     * <p>Then the error is about the names, not the values, of what is below: an object lacks a property, or has one too many.
     */
    private static Optional<String> judged(Error error) {
        NodePath way = error.getEvaluationPath();
        int depth = 0;
        for (int i = 0; i < way.getNameCount(); i++) {
            String keyword = way.getName(i);
            if (JUDGES_CONTENT.contains(keyword)) {
                return Optional.of(upTo(depth, error.getInstanceLocation()));
            }
            if (NAME_FOLLOWS.contains(keyword)) {
                depth++;
                i++;
            } else if (DESCENDS.contains(keyword)) {
                depth++;
            }
        }
        return Optional.empty();
    }

    private static String upTo(int depth, NodePath place) {
        NodePath above = place;
        while (above.getNameCount() > depth) {
            above = above.getParent();
        }
        return above.toString();
    }
}
