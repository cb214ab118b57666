package escapement.secret;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import escapement.json.Fault;
import escapement.json.Json;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a caller gave as parameters, as far as secrets are concerned.
 *
 * @param json with the texts that are no reference after all as what they stand for, to be checked against a schema
 * @param references JSON Pointers to texts that stand for secrets
 */
public record GivenParams(String json, Set<String> references) {

    /**
     * Reads them.
     *
     * @param path where {@code params} stand in the caller's body, for the faults
     */
    public static GivenParams read(String params, String path, List<Fault> faults) {
        if (!Secrets.mayBeIn(params)) {
            return new GivenParams(params, Set.of());
        }
        Set<String> references = new HashSet<>();
        JsonNode read = Places.replace(Json.parse(params), (at, node) -> {
            if (node.has(Sealed.MEMBER)) {
                faults.add(
                        new Fault(
                                path + at + "/" + Sealed.MEMBER,
                                null,
                                "is how the server keeps a sensitive value and cannot be given: give the value again, or a reference such as secret:NAME"));
                return node;
            }
            if (!node.isTextual() || !SecretText.isSpecial(node.textValue())) {
                return null;
            }
            return given(node.textValue(), at, path, references, faults);
        });
        return new GivenParams(Json.write(read), references);
    }

    private static JsonNode given(String text, String at, String path, Set<String> references, List<Fault> faults) {
        if (SecretText.isReference(text)) {
            references.add(at);
        } else if (!SecretText.isEscaped(text)) {
            faults.add(
                    new Fault(
                            path + at,
                            null,
                            "begins with secret: and is no reference, which is secret:NAME with 1 to 64 letters, digits, _ . -; for a text that begins so write secret::"));
        }
        return TextNode.valueOf(SecretText.unescaped(text));
    }
}
