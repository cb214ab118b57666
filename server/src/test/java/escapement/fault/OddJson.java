package escapement.fault;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Bodies as a schema wants them, with something odd here and there; as text, for much of it no JSON library would write. */
final class OddJson {
    private static final int DEEP = 6;
    private static final List<String> ODD = List.of(
            "null",
            "true",
            "-1",
            "0",
            "0.1",
            "1e400",
            "-1e-400",
            "1e9999999999",
            "1e2000000000",
            "1e99999",
            "1234567890123456789012345678901234567890",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "2147483648",
            "NaN",
            "Infinity",
            "01",
            "+1",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"\\r\\nX-Odd: 1\"",
            "\"💥\"",
            "\"a\tb\"",
            "\"'; drop table escapement.task; --\"",
            "\"%s%n%x\"",
            "\"${env:PATH}\"",
            "\"../../../etc/passwd\"",
            "\"2026-13-45T99:99:99Z\"",
            "\"+999999999-12-31T23:59:59Z\"",
            "\"-1000000000-01-01T00:00:00Z\"",
            "\"294277-01-01T00:00:00Z\"",
            "\"4714-01-01T00:00:00Z\"",
            "\"0001-01-01T00:00:00Z\"",
            "[]",
            "{}",
            "[null]",
            "[[],[[]]]",
            "{\"\":0}",
            "{\"__proto__\":{}}",
            "{\"$result\":{\"task\":\"1\"}}",
            "{\"$result\":null}",
            "{\"$secret\":\"x\"}",
            "\"secret:nothing\"");

    private final Random random;
    private final JsonNode document;

    /** @param document the OpenAPI description, whose parts schemas refer to */
    OddJson(Random random, JsonNode document) {
        this.random = random;
        this.document = document;
    }

    /** A value of this schema, or almost. */
    String of(JsonNode schema) {
        return of(schema, 0);
    }

    /** Text that has little to do with any schema. */
    String odd() {
        return switch (random.nextInt(12)) {
            case 0 -> "\"" + "x".repeat(1 + random.nextInt(70_000)) + "\"";
            case 1 -> nested("[", "]", 1 + random.nextInt(3000));
            case 2 -> nested("{\"a\":", "}", 1 + random.nextInt(3000));
            default -> ODD.get(random.nextInt(ODD.size()));
        };
    }

    private static String nested(String open, String close, int depth) {
        return open.repeat(depth) + (open.equals("[") ? "" : "1") + close.repeat(depth);
    }

    private String of(JsonNode given, int depth) {
        JsonNode schema = resolve(given);
        if (random.nextInt(25) == 0) {
            return odd();
        }
        for (String choice : List.of("oneOf", "anyOf", "allOf")) {
            if (schema.has(choice)) {
                JsonNode options = schema.path(choice);
                return of(options.get(random.nextInt(options.size())), depth + 1);
            }
        }
        if (schema.has("const")) {
            return Json.write(schema.path("const"));
        }
        if (schema.has("enum")) {
            return Json.write(pick(schema.path("enum")));
        }
        if (schema.path("examples").isArray() && !schema.path("examples").isEmpty() && random.nextBoolean()) {
            return Json.write(pick(schema.path("examples")));
        }
        return switch (type(schema)) {
            case "object" -> object(schema, depth);
            case "array" -> array(schema, depth);
            case "integer" -> integer(schema);
            case "number" -> Double.toString(random.nextDouble());
            case "boolean" -> Boolean.toString(random.nextBoolean());
            case "null" -> "null";
            default -> "\"" + word() + "\"";
        };
    }

    private JsonNode resolve(JsonNode schema) {
        JsonNode at = schema;
        while (at.has("$ref")) {
            at = document.at(at.path("$ref").asText().substring(1));
        }
        return at;
    }

    private JsonNode pick(JsonNode array) {
        return array.get(random.nextInt(array.size()));
    }

    private String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isArray() ? pick(type).asText() : type.asText(schema.has("properties") ? "object" : "string");
    }

    private String object(JsonNode schema, int depth) {
        StringBuilder text = new StringBuilder("{");
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            boolean required = IntStream.range(0, schema.path("required").size())
                    .anyMatch(i -> schema.path("required").get(i).asText().equals(property.getKey()));
            if ((required && random.nextInt(20) != 0) || (depth < DEEP && random.nextInt(3) == 0)) {
                int times = random.nextInt(60) == 0 ? 2 : 1; // a key that comes twice
                for (int i = 0; i < times; i++) {
                    add(text, property.getKey(), of(property.getValue(), depth + 1));
                }
            }
        }
        if (random.nextInt(25) == 0) {
            add(text, word(), odd());
        }
        return text.append('}').toString();
    }

    private static void add(StringBuilder object, String key, String value) {
        object.append(object.length() > 1 ? "," : "")
                .append('"')
                .append(key)
                .append("\":")
                .append(value);
    }

    private String array(JsonNode schema, int depth) {
        int size = depth < DEEP ? random.nextInt(4) : 0;
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < size; i++) {
            text.append(i > 0 ? "," : "").append(of(schema.path("items"), depth + 1));
        }
        return text.append(']').toString();
    }

    private String integer(JsonNode schema) {
        long least = schema.path("minimum").asLong(0);
        long most = schema.path("maximum").asLong(least + 10);
        return switch (random.nextInt(4)) {
            case 0 -> Long.toString(least);
            case 1 -> Long.toString(most);
            default -> Long.toString(least + random.nextInt((int) Math.min(most - least + 1, 20)));
        };
    }

    private String word() {
        return random.ints(1 + random.nextInt(12), 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
