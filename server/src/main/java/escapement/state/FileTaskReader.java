package escapement.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.queue.Past;
import escapement.task.NewTask;
import escapement.task.TaskStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a task as the original system wrote it, or as an export does. What it does not know it passes over. */
final class FileTaskReader {
    /** Under which a task is kept whose file does not say what it was to do. */
    private static final String UNKNOWN_ACTION = "unknown";

    private static final Pattern ACTION = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");
    private static final List<String> COPIED = List.of(
            "description",
            "action_params",
            "queue",
            "priority",
            "risk_level",
            "confidence_score",
            "max_attempts",
            "metadata",
            "dry_run",
            "on_dependency_failure",
            "conditional_branches",
            "at_risk_percent",
            "retry",
            "timeout_seconds");
    private static final List<String> RATIONALE = List.of("reasoning", "alternatives", "reversible", "undo");

    private final String fileSource;

    FileTaskReader(String fileSource) {
        this.fileSource = fileSource;
    }

    /** @return empty when faults were added */
    Optional<FileTask> read(JsonNode node, String path, List<Fault> faults) {
        Fields fields = new Fields(node, path, faults);
        if (!(node instanceof ObjectNode raw)) {
            return Optional.empty();
        }
        Name name = name(fields, raw);
        TaskStatus status = fields.oneOf("status", TaskStatus.class, TaskStatus.PENDING);
        if (!faults.isEmpty()) {
            return Optional.empty();
        }
        String action = action(raw);
        ObjectNode asked = asked(raw, name, status, action == null ? UNKNOWN_ACTION : action);
        Map<String, Name> names = new HashMap<>();
        takeDependencies(raw, asked, name.source(), names);
        takeSources(asked, names);
        Past past = new PastReader(fields, name, status, attempts(asked)).read();
        FileTask task = new FileTask(
                raw,
                path,
                name,
                asked,
                names,
                past,
                action == null ? "the file does not name its action: kept as '" + UNKNOWN_ACTION + "'" : null);
        task.check(faults);
        if (!faults.isEmpty()) {
            return Optional.empty();
        }
        NamedTasks.find(asked, given -> names.putIfAbsent(given, new Name(name.source(), given)));
        return Optional.of(task);
    }

    private Name name(Fields fields, ObjectNode raw) {
        JsonNode id = raw.path("id");
        if (id.isIntegralNumber()) {
            raw.put("id", id.asText());
        }
        String text = fields.requiredText("id", Name.LONGEST_ID);
        String source = fields.isGiven("source") ? fields.text("source", 40) : null;
        if (source != null && !source.matches(Name.SOURCE)) {
            fields.fault("source", "must be at most 40 letters, digits and _ . -");
        }
        if (text != null && text.isBlank()) {
            fields.fault("id", "must not be blank");
        }
        return new Name(source == null ? fileSource : source, text == null ? "" : text);
    }

    /** By name where an export says it, else where callers of the original system put it; it wrote a function's address itself. */
    private static @Nullable String action(ObjectNode raw) {
        for (JsonNode said : List.of(raw.path("action_name"), raw.at("/metadata/action_name"), raw.path("action"))) {
            if (said.isTextual() && ACTION.matcher(said.textValue()).matches()) {
                return said.textValue();
            }
        }
        return null;
    }

    private static ObjectNode asked(ObjectNode raw, Name name, TaskStatus status, String action) {
        ObjectNode asked = Json.nodes().objectNode().put("action_name", action);
        for (String field : COPIED) {
            if (raw.hasNonNull(field)) {
                asked.set(field, raw.get(field).deepCopy());
            }
        }
        if (asked.path("metadata").isObject() && asked.path("metadata").isEmpty()) {
            asked.remove("metadata");
        }
        JsonNode workflow = raw.hasNonNull("workflow_id") ? raw.get("workflow_id") : raw.at("/metadata/workflow_id");
        if (workflow.isTextual()
                && !workflow.textValue().isBlank()
                && !workflow.textValue().equals(name.id())) {
            asked.set("workflow_id", workflow);
        }
        for (String field : RATIONALE) {
            if (raw.path("rationale").hasNonNull(field)) {
                asked.set(field, raw.get("rationale").get(field));
            }
        }
        copyTime(raw, "deadline_at", asked);
        if (!asked.has("deadline_at")) {
            asked.remove("at_risk_percent");
        }
        if (status.isTerminal()) {
            showMasks(asked);
        } else {
            copyTime(raw, "run_at", asked);
            copyTime(raw, "start_by", asked);
        }
        return asked;
    }

    private static void copyTime(ObjectNode raw, String field, ObjectNode to) {
        if (raw.hasNonNull(field)) {
            String text = raw.get(field).asText();
            to.put(field, Fields.timeOf(text) == null && Fields.timeOf(text + "Z") != null ? text + "Z" : text);
        }
    }

    // of a task that will not run again what was hidden may stay so; one that is to run would run with stars
    private static void showMasks(ObjectNode asked) {
        if (asked.get("action_params") instanceof ObjectNode params) {
            asked.set("action_params", shown(params));
        }
    }

    private static JsonNode shown(JsonNode node) {
        if (node.isObject() && node.size() == 1 && node.path("$sealed").isTextual()) {
            return TextNode.valueOf(node.path("$sealed").textValue());
        }
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> object.set(field.getKey(), shown(field.getValue())));
        } else if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, shown(array.get(i)));
            }
        }
        return node;
    }

    private static void takeDependencies(ObjectNode raw, ObjectNode asked, String source, Map<String, Name> names) {
        if (!raw.hasNonNull("dependencies")) {
            return;
        }
        if (!raw.get("dependencies").isArray()) {
            asked.set("dependencies", raw.get("dependencies"));
            return;
        }
        ArrayNode dependencies = asked.putArray("dependencies");
        for (JsonNode given : raw.get("dependencies")) {
            ObjectNode dependency = Json.nodes().objectNode();
            if (given.isObject()) {
                dependency.setAll((ObjectNode) given.deepCopy());
                dependency.remove(List.of("source", "met"));
            } else {
                dependency.put("task_id", given.asText());
            }
            dependencies.add(dependency);
            String of = given.path("source").asText(source);
            String id = dependency.path("task_id").asText();
            names.put(id, new Name(of, id));
        }
    }

    private static void takeSources(ObjectNode asked, Map<String, Name> names) {
        for (JsonNode branch : asked.path("conditional_branches")) {
            if (branch instanceof ObjectNode object && object.remove("next_task_source") instanceof TextNode of) {
                String id = object.path("next_task_id").asText();
                names.put(id, new Name(of.textValue(), id));
            }
        }
    }

    private static int attempts(ObjectNode asked) {
        JsonNode stated = asked.has("max_attempts") ? asked.get("max_attempts") : asked.at("/metadata/max_attempts");
        return stated.canConvertToInt() && stated.intValue() > 0 ? stated.intValue() : NewTask.DEFAULT_MAX_ATTEMPTS;
    }
}
