package escapement.json;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON object field by field and gathers every fault with its path, so that a caller learns all of them at once.
 *
 * <p>A reader answers a harmless default where it found a fault; the caller must not use what it read before
 * {@link #refuseUnread} and a look at the faults. Not thread-safe.
 */
public final class Fields {
    /** What a time must be like. */
    public static final String TIME_WANTED =
            "must be a time with its zone, such as 2026-12-31T09:00:00Z, between the years 2000 and 2200";

    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    private static final int MAX_POINTER = 1000;
    private static final Pattern STRAY_TILDE = Pattern.compile("~(?![01])");

    private final JsonNode object;
    private final boolean isObject; // else one fault says it all
    private final String path;
    private final List<Fault> faults;
    private final Set<String> read = new HashSet<>();

    /** @param faults where faults are added; shared by all readers of one request */
    public Fields(JsonNode object, String path, List<Fault> faults) {
        this.path = path;
        this.faults = faults;
        this.isObject = object.isObject();
        if (isObject) {
            this.object = object;
        } else {
            this.object = Json.nodes().objectNode();
            faults.add(new Fault(path, Storable.shorten(object.toString()), "must be a JSON object"));
        }
    }

    /** Reads a whole object with {@code reader}, which also refuses what it did not read, and throws if anything was wrong. */
    public static <T> T readAll(JsonNode object, java.util.function.Function<Fields, T> reader) {
        List<Fault> faults = new ArrayList<>();
        Fields fields = new Fields(object, "", faults);
        T value = reader.apply(fields);
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return value;
    }

    public boolean has(String name) {
        JsonNode node = object.get(name);
        return node != null && !node.isNull();
    }

    /** Where the object stands. */
    public String path() {
        return path;
    }

    /** Whether the field is there, be it as null. */
    public boolean isGiven(String name) {
        return object.has(name);
    }

    public String path(String name) {
        return path + "/" + Storable.escape(name);
    }

    public void fault(String name, String message) {
        JsonNode node = object.get(name);
        faults.add(new Fault(path(name), node == null ? null : Storable.shorten(text(node)), message));
    }

    /** A fault of the object as a whole. */
    public void fault(String message) {
        if (isObject) {
            faults.add(new Fault(path, null, message));
        }
    }

    /** The names of the object's fields, read or not. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** Adds what another reader found. */
    public void add(List<Fault> found) {
        faults.addAll(found);
    }

    /** The value, or null when absent or JSON null; marks the field as read. */
    public @Nullable JsonNode node(String name) {
        read.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    /** Any value that can be stored, JSON null included; null when absent. */
    public @Nullable JsonNode value(String name) {
        read.add(name);
        checkStorable(name);
        return object.get(name);
    }

    /** Whether all of a field's value can be stored; what cannot is a fault. */
    public boolean checkStorable(String name) {
        JsonNode node = object.get(name);
        int before = faults.size();
        if (node != null) {
            Storable.check(node, path(name), faults);
        }
        return faults.size() == before;
    }

    public @Nullable String text(String name, int maxLength) {
        JsonNode node = node(name);
        if (node == null) {
            return null;
        }
        if (!node.isTextual()) {
            fault(name, "must be a text");
            return null;
        }
        String text = node.textValue();
        if (text.length() > maxLength) {
            fault(name, "is " + text.length() + " characters long; at most " + maxLength + " are accepted");
        }
        Storable.checkText(text, path(name), faults);
        return text;
    }

    public @Nullable String requiredText(String name, int maxLength) {
        String text = text(name, maxLength);
        if (isObject && (text == null ? !has(name) : text.isEmpty())) {
            fault(name, "is required");
        }
        return text;
    }

    public int integer(String name, int min, int max, int otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        if (!node.isNumber()
                || !isWhole(node)
                || !node.canConvertToInt()
                || node.intValue() < min
                || node.intValue() > max) {
            fault(name, "must be a whole number from " + min + " to " + max);
            return otherwise;
        }
        return node.intValue();
    }

    public int requiredInteger(String name, int min, int max) {
        if (isObject && !has(name)) {
            fault(name, "is required");
        }
        return integer(name, min, max, min);
    }

    public boolean flag(String name, boolean otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        if (!node.isBoolean()) {
            fault(name, "must be true or false");
            return otherwise;
        }
        return node.booleanValue();
    }

    /** A number between {@code min} and {@code max}, both included; null when absent. */
    public @Nullable BigDecimal decimal(String name, BigDecimal min, BigDecimal max) {
        JsonNode node = node(name);
        if (node == null) {
            return null;
        }
        if (!node.isNumber() || Math.abs((long) node.decimalValue().scale()) > 1000) {
            fault(name, "must be a number from " + min.toPlainString() + " to " + max.toPlainString());
            return null;
        }
        BigDecimal value = node.decimalValue();
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            fault(name, "must be from " + min.toPlainString() + " to " + max.toPlainString());
            return null;
        }
        return value;
    }

    /** An RFC 3339 time with its zone, between the years 2000 and 2200; null when absent. */
    public @Nullable Instant time(String name) {
        JsonNode node = node(name);
        if (node == null) {
            return null;
        }
        Instant time = timeOf(node.asText());
        if (time == null) {
            fault(name, TIME_WANTED);
        }
        return time;
    }

    /** A time as {@link #TIME_WANTED} says, or null. */
    public static @Nullable Instant timeOf(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            return time.isAfter(EARLIEST) && time.isBefore(LATEST) ? time : null;
        } catch (DateTimeParseException e) {
            return null; // the caller says what is accepted
        }
    }

    /** One of an enum's names in any case. */
    public <E extends Enum<E>> E oneOf(String name, Class<E> type, E otherwise) {
        JsonNode node = node(name);
        if (node == null) {
            return otherwise;
        }
        if (node.isTextual()) {
            String wanted = node.textValue().toUpperCase(Locale.ROOT);
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equals(wanted)) {
                    return constant;
                }
            }
        }
        fault(name, "must be one of " + names(type));
        return otherwise;
    }

    /** A reader of the object inside this field; null when absent. */
    public @Nullable Fields object(String name) {
        JsonNode node = node(name);
        return node == null ? null : new Fields(node, path(name), faults);
    }

    /** The elements of an array, none when it is absent. */
    public List<Element> elements(String name, int max) {
        JsonNode node = node(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.size() > max) {
            fault(name, "must be an array of at most " + max + " elements");
            return List.of();
        }
        List<Element> elements = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            elements.add(new Element(element, path(name) + "/" + elements.size()));
        }
        return elements;
    }

    /** One element of an array at its place. */
    public final class Element {
        private final JsonNode node;
        private final String path;

        private Element(JsonNode node, String path) {
            this.node = node;
            this.path = path;
        }

        public JsonNode node() {
            return node;
        }

        public String path() {
            return path;
        }

        /** A reader of the element, which is a fault if it is no object. */
        public Fields object() {
            return new Fields(node, path, faults);
        }
    }

    /** Readers of the objects in this array of at least one; none when there is a fault. */
    public List<Fields> objects(String name, int atMost) {
        JsonNode list = node(name);
        if (list == null || !list.isArray() || list.isEmpty() || list.size() > atMost) {
            fault(name, "must be an array of 1 to " + atMost + " JSON objects");
            return List.of();
        }
        return elements(name, atMost).stream().map(Element::object).toList();
    }

    /** A JSON Pointer (RFC 6901), which must be there; the empty one points at a whole value. */
    public JsonPointer requiredPointer(String name) {
        String text = text(name, MAX_POINTER);
        if (text == null) {
            if (isObject && !has(name)) {
                fault(name, "is required: a JSON Pointer, such as /items/0/name, or \"\" for the whole");
            }
            return JsonPointer.empty();
        }
        // Jackson reads a stray ~ as itself, which would make two spellings of one place
        if (!(text.isEmpty() || text.startsWith("/"))
                || STRAY_TILDE.matcher(text).find()) {
            fault(
                    name,
                    "must be a JSON Pointer, such as /items/0/name, with ~1 for / and ~0 for ~ inside a name,"
                            + " or \"\" for the whole");
            return JsonPointer.empty();
        }
        return JsonPointer.compile(text);
    }

    /** A JSON object that can be stored, as compact text of at most {@code maxBytes}; null when absent. */
    public @Nullable String objectText(String name, int maxBytes) {
        JsonNode node = node(name);
        if (node == null) {
            return null;
        }
        if (!node.isObject()) {
            fault(name, "must be a JSON object");
            return null;
        }
        if (!checkStorable(name)) {
            return null;
        }
        String text = Json.write(node);
        int bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (bytes > maxBytes) {
            faults.add(new Fault(
                    path(name), null, "is " + bytes + " bytes of JSON; at most " + maxBytes + " are accepted"));
        }
        return text;
    }

    /** The whole object but for these fields. */
    public JsonNode without(String... names) {
        return object.deepCopy() instanceof ObjectNode copy ? copy.without(Arrays.asList(names)) : object;
    }

    /** Adds a fault for every field nobody asked for: a typo must not be silently ignored. */
    public void refuseUnread() {
        for (String name : (Iterable<String>) object::fieldNames) {
            if (!read.contains(name)) {
                fault(
                        name,
                        "is not a known field; known here: "
                                + read.stream().sorted().collect(Collectors.joining(", ")));
            }
        }
    }

    private static boolean isWhole(JsonNode number) {
        return number.isIntegralNumber()
                || number.decimalValue().stripTrailingZeros().scale() <= 0;
    }

    public static <E extends Enum<E>> String names(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
    }

    private static String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : node.toString();
    }
}
