package escapement.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Puts secrets into parameters when an attempt starts, and seals those that callers gave in the clear. Thread-safe. */
public final class Secrets {
    private static final String REFERENCE = "\"" + SecretText.PREFIX;

    private final SecretSources sources;
    private final Keys keys;

    /** @throws IllegalArgumentException saying what is wrong with the key file and what to do */
    public Secrets(SecretPlaces places) {
        this.sources = places.sources();
        this.keys = new Keys(places.keys());
    }

    /** Whether parameters are worth a look; most are not, and reading them takes longer than this. */
    public static boolean mayBeIn(String params) {
        return params.contains(REFERENCE) || Sealed.isIn(params);
    }

    /** Whether something in a JSON text is sealed. */
    public static boolean hasSealed(String json) {
        return Sealed.isIn(json);
    }

    /** Whether there is a key to seal with. */
    public boolean canSeal() {
        return !keys.forSealing().isEmpty();
    }

    /**
     * A copy that may be stored: all texts and numbers at and below the sensitive places are sealed, for this action and
     * their place in its parameters. References, to secrets or to results, stay what they are.
     *
     * @param sensitive JSON Pointers into {@code params}
     */
    public JsonNode seal(String action, JsonNode params, Set<String> sensitive) {
        KeyRing ring = keys.forSealing();
        return Places.replace(
                params,
                (at, node) ->
                        isWithin(at, sensitive) && isInTheClear(at, node) ? sealed(ring, action, at, node) : null);
    }

    /** JSON Pointers to what {@link #seal} would seal. */
    public static List<String> inTheClear(JsonNode params, Set<String> sensitive) {
        List<String> found = new ArrayList<>();
        Places.replace(params, (at, node) -> {
            if (isWithin(at, sensitive) && isInTheClear(at, node)) {
                found.add(at);
            }
            return null;
        });
        return found;
    }

    private static boolean isInTheClear(String at, JsonNode node) {
        return node.isNumber()
                || node.isBoolean()
                || (node.isTextual() && !SecretText.isReference(node.textValue()) && !isOfResultReference(at));
    }

    private static boolean isWithin(String at, Set<String> sensitive) {
        return sensitive.stream().anyMatch(place -> at.equals(place) || at.startsWith(place + "/"));
    }

    private static JsonNode sealed(KeyRing ring, String action, String at, JsonNode node) {
        JsonNode value = node.isTextual() ? TextNode.valueOf(SecretText.unescaped(node.textValue())) : node;
        return Sealed.of(ring.seal(Json.write(value), place(action, at)));
    }

    private static boolean isOfResultReference(String at) {
        return at.endsWith("/$result/task") || at.endsWith("/$result/path");
    }

    /**
     * What each key of this node makes of a digest, the one that seals first: for what was digested holds values that are
     * short enough to be guessed.
     */
    public List<String> fingerprints(String digest) {
        return keys.known().fingerprints(digest);
    }

    /** A copy with the values in place, and what hides these. @throws SecretException for the first that cannot be had */
    public Opened open(String action, JsonNode params) throws SecretException {
        List<String> values = new ArrayList<>();
        JsonNode opened = Places.replace(params, (at, node) -> {
            if (Sealed.is(node)) {
                return unsealed(action, at, node, values);
            }
            return node.isTextual() && SecretText.isSpecial(node.textValue())
                    ? TextNode.valueOf(valueOf(node.textValue(), at, values))
                    : null;
        });
        LogMask.add(values);
        return new Opened(opened, Mask.of(values));
    }

    /** A copy with sealed values in place and references left as they are. @throws SecretException for the first that does not open */
    public JsonNode unseal(String action, JsonNode params) throws SecretException {
        List<String> values = new ArrayList<>();
        return Places.replace(params, (at, node) -> Sealed.is(node) ? unsealed(action, at, node, values) : null);
    }

    private JsonNode unsealed(String action, String at, JsonNode node, List<String> values) throws SecretException {
        JsonNode value;
        try {
            value = Json.parse(keys.known().open(node.path(Sealed.MEMBER).textValue(), place(action, at)));
        } catch (SecretException e) {
            throw new SecretException("the value of action_params" + at + " " + e.getMessage());
        }
        if (!value.isBoolean()) {
            values.add(value.asText());
        }
        return value;
    }

    private String valueOf(String text, String at, List<String> values) throws SecretException {
        if (SecretText.isEscaped(text)) {
            return SecretText.unescaped(text);
        }
        if (!SecretText.isReference(text)) {
            throw new SecretException("action_params" + at
                    + " begins with secret: and is no reference; a text that begins so is written with secret::");
        }
        String value = sources.value(SecretText.name(text));
        values.add(value);
        return value;
    }

    // what stays the same over retries, edits of other fields and the way from a template to its task, and keeps a
    // value from
    // being opened by another action or as another parameter; who can write rows could change the rest of the
    // parameters anyway
    private static String place(String action, String at) {
        return "escapement params\n" + action + "\n" + at;
    }

    /** @param mask for whatever the attempt says from now on */
    public record Opened(JsonNode params, Mask mask) {}
}
