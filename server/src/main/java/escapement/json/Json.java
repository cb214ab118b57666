package escapement.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The one JSON mapper: strict about what comes in, exact about numbers. Thread-safe.
 *
 * <p>Decimals stay decimals of any length, duplicate keys and trailing text are refused, and nesting is bounded before
 * anything is built.
 */
public final class Json {
    /** Deeper input is refused; PostgreSQL itself gives up at some thousands. */
    public static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH + 4) // the request's own levels around a task's params
                            .maxNumberLength(1000)
                            .maxStringLength(20_000_000)
                            .build())
                    // buffers by thread, the default, are never used again where every task has a thread of its own
                    .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(JsonParser.Feature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final com.fasterxml.jackson.databind.ObjectReader ONE =
            MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final JsonMapper CANONICAL = MAPPER.rebuild()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final JsonMapper CANONICAL_WITH_EXPONENTS = CANONICAL
            .rebuild()
            .disable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    // Jackson appends where an unclosed array began, with a note on its own settings
    private static final Pattern START_MARKER = Pattern.compile(" \\(start marker at .*", Pattern.DOTALL);

    private Json() {}

    public static JsonMapper mapper() {
        return MAPPER;
    }

    public static JsonNodeFactory nodes() {
        return MAPPER.getNodeFactory();
    }

    /** Parses text that we wrote ourselves or that PostgreSQL gave back. */
    public static JsonNode parse(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Parses what a caller sent.
     *
     * @throws InvalidInputException when it is not one JSON value, has a duplicate key or is nested too deeply
     */
    public static JsonNode parseInput(byte[] body) {
        try {
            JsonNode node = MAPPER.readTree(body);
            if (node == null || node.isMissingNode()) {
                throw new InvalidInputException(new Fault("", null, "the body is empty: send one JSON object"));
            }
            return node;
        } catch (java.io.IOException e) {
            String what = e instanceof JsonProcessingException json
                    ? START_MARKER.matcher(json.getOriginalMessage()).replaceFirst("") + place(json)
                    : String.valueOf(e.getMessage());
            throw new InvalidInputException(new Fault("", null, "the body is not valid JSON: " + what));
        } catch (NumberFormatException e) { // Jackson lets through what it throws at an exponent of ten digits
            throw new InvalidInputException(
                    new Fault("", null, "the body has a number that nobody can hold: " + e.getMessage()));
        }
    }

    /** The value at which a parser stands, with whatever follows it left for later. */
    public static JsonNode readOne(JsonParser parser) throws java.io.IOException {
        try {
            return ONE.readTree(parser);
        } catch (NumberFormatException e) {
            throw new com.fasterxml.jackson.core.JsonParseException(parser, String.valueOf(e.getMessage()), e);
        }
    }

    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** SHA-256 of a value as lower-case hex, the same for any order of keys and any white space. */
    public static String digest(JsonNode value) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(canonical(CANONICAL.treeToValue(value, Object.class))));
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] canonical(Object value) throws JsonProcessingException {
        try {
            return CANONICAL.writeValueAsBytes(value);
        } catch (JsonProcessingException e) { // a number of more than 9999 digits, which only an exponent can write
            return CANONICAL_WITH_EXPONENTS.writeValueAsBytes(value);
        }
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
    }
}
