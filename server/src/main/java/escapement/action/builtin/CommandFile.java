package escapement.action.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.RiskLevel;
import escapement.json.Fields;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The programs that tasks may run, from a JSON file that an administrator writes: {@code {"id": {"argv": […], …}, …}}.
 *
 * <p>{@code ${name}} as a whole argument or a whole environment value is filled from the task's parameters; inside other
 * text it is refused, so no parameter can become an option, a second argument or a piece of a script.
 */
public final class CommandFile {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,48}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]{0,63})}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final int MAX_OUTPUT = 1_000_000;

    private CommandFile() {}

    /** One action for each command in the file. @throws IllegalArgumentException saying what is wrong and where */
    public static List<CommandAction> read(Path file) {
        JsonNode json;
        try {
            json = Json.parseInput(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new IllegalArgumentException("the command file " + file + " cannot be read: " + e.getMessage(), e);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException("the command file " + file + ": " + e.getMessage(), e);
        }
        if (!json.isObject()) {
            throw new IllegalArgumentException(
                    "the command file " + file + " must hold one JSON object, id to command");
        }
        List<CommandAction> actions = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            try {
                actions.add(new CommandAction(read(entry.getKey(), entry.getValue())));
            } catch (InvalidInputException | IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "the command file " + file + ", command '" + entry.getKey() + "': " + e.getMessage(), e);
            }
        }
        return actions;
    }

    private static Command read(String id, JsonNode json) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("an id has 1 to 48 letters, digits, _ . -");
        }
        return Fields.readAll(json, fields -> {
            String description = fields.text("description", 1000);
            List<String> argv = texts(fields, "argv");
            Map<String, String> environment = environment(fields);
            List<String> sensitive = fields.has("sensitive") ? texts(fields, "sensitive") : List.of();
            int timeout = fields.integer("timeout_seconds", 1, 86_400, 60);
            int maxOutput = fields.integer("max_output_bytes", 0, MAX_OUTPUT, 64 * 1024);
            int maxConcurrent = fields.integer("max_concurrent", 1, 1000, 10);
            RiskLevel risk = fields.oneOf("risk", RiskLevel.class, RiskLevel.HIGH);
            fields.refuseUnread();
            if (argv.isEmpty() || argv.getFirst().isEmpty()) {
                fields.fault("argv", "must name the program first");
            } else if (argv.getFirst().contains("${")) {
                fields.fault("argv", "must not take the program from a parameter");
            }
            argv.forEach(argument -> refuseEmbedded(fields, "argv", argument));
            environment.values().forEach(value -> refuseEmbedded(fields, "env", value));
            Command command = new Command(
                    id,
                    description == null ? "Runs " + String.join(" ", argv) : description,
                    argv,
                    environment,
                    Duration.ofSeconds(timeout),
                    maxOutput,
                    maxConcurrent,
                    risk,
                    Set.copyOf(sensitive));
            command.sensitive().stream()
                    .filter(name -> !command.parameters().contains(name))
                    .forEach(name ->
                            fields.fault("sensitive", "names '" + name + "', which fills nothing in argv or env"));
            return command;
        });
    }

    private static List<String> texts(Fields fields, String name) {
        JsonNode node = fields.node(name);
        List<String> texts = new ArrayList<>();
        if (node == null || !node.isArray()) {
            fields.fault(name, "must be an array of texts");
            return texts;
        }
        for (JsonNode element : node) {
            if (!element.isTextual()) {
                fields.fault(name, "must be an array of texts");
            }
            texts.add(element.asText());
        }
        return texts;
    }

    private static Map<String, String> environment(Fields fields) {
        Map<String, String> environment = new LinkedHashMap<>();
        JsonNode node = fields.node("env");
        if (node == null) {
            return environment;
        }
        if (!node.isObject()) {
            fields.fault("env", "must be an object of texts");
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            if (!VARIABLE.matcher(entry.getKey()).matches()) {
                fields.fault("env", "'" + entry.getKey() + "' cannot be the name of a variable");
            }
            if (!entry.getValue().isTextual()) {
                fields.fault("env", "must be an object of texts");
            }
            environment.put(entry.getKey(), entry.getValue().asText());
        }
        return environment;
    }

    private static void refuseEmbedded(Fields fields, String name, String text) {
        if (text.contains("${") && parameter(text) == null) {
            fields.fault(name, "may take a parameter only as a whole: \"${name}\", not inside '" + text + "'");
        }
    }

    /** The parameter that fills this argument or value; null when it stands for itself. */
    static @Nullable String parameter(String text) {
        var matcher = PLACEHOLDER.matcher(text);
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** A program with its arguments and limits. */
    record Command(
            String id,
            String description,
            List<String> argv,
            Map<String, String> environment,
            Duration timeout,
            int maxOutput,
            int maxConcurrent,
            RiskLevel risk,
            Set<String> sensitive) { // parameters that nobody is to read

        Set<String> parameters() {
            Set<String> names = new LinkedHashSet<>();
            for (List<String> texts : List.of(argv, List.copyOf(environment.values()))) {
                for (String text : texts) {
                    String name = parameter(text);
                    if (name != null) {
                        names.add(name);
                    }
                }
            }
            return names;
        }

        /** Every parameter is required: a missing one would shift the arguments behind it. */
        JsonNode schema() {
            ObjectNode schema = Json.nodes().objectNode();
            schema.put("type", "object").put("additionalProperties", false);
            ArrayNode required = schema.putArray("required");
            ObjectNode properties = schema.putObject("properties");
            for (String name : parameters()) {
                required.add(name);
                ObjectNode property = properties.putObject(name).put("maxLength", 100_000);
                ArrayNode types = property.putArray("type");
                List.of("string", "number", "boolean").forEach(types::add);
                if (sensitive.contains(name)) {
                    property.put("writeOnly", true);
                }
            }
            return schema;
        }
    }
}
