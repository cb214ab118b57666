package escapement.task;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.RiskLevel;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.json.Storable;
import escapement.task.TaskFilter.Member;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A filter as JSON, with the names that a list's query has but for {@code action_name} and {@code risk_level}; null or absent: any. */
public final class TaskFilterJson {
    /** Of what is looked for in texts, and of people's names. */
    public static final int MAX_TEXT = 200;

    public static final String NOTHING_BETWEEN = "must be less than %s, or nothing could match";
    public static final String MEMBER_WANTED = "must be name=value: a member of the metadata and its value as text";

    private static final int MOST_IDS = 1000;
    private static final int MAX_NAME = 64;
    private static final int MAX_WORKFLOW_ID = 200;

    private TaskFilterJson() {}

    /** Reads what a caller states; usable only if no fault was added. */
    public static TaskFilter read(Fields fields) {
        TaskFilter filter = new TaskFilter(
                oneOf(fields, "status", TaskStatus.class),
                name(fields, "action_name", MAX_NAME),
                name(fields, "queue", MAX_NAME),
                name(fields, "workflow_id", MAX_WORKFLOW_ID),
                oneOf(fields, "priority", Priority.class),
                oneOf(fields, "risk_level", RiskLevel.class),
                between(
                        fields,
                        "confidence_from",
                        confidence(fields, "confidence_from"),
                        "confidence_below",
                        confidence(fields, "confidence_below")),
                between(
                        fields,
                        "created_from",
                        fields.time("created_from"),
                        "created_before",
                        fields.time("created_before")),
                name(fields, "created_by", MAX_TEXT),
                name(fields, "description", MAX_TEXT),
                name(fields, "error", MAX_TEXT),
                member(fields),
                ids(fields));
        fields.refuseUnread();
        return filter;
    }

    private static <E extends Enum<E>> @Nullable E oneOf(Fields fields, String field, Class<E> type) {
        E value = fields.oneOf(field, type, type.getEnumConstants()[0]);
        return fields.has(field) ? value : null;
    }

    // a variable that was empty by mistake must not widen the filter to everything
    private static @Nullable String name(Fields fields, String field, int maxLength) {
        String name = fields.text(field, maxLength);
        if (name != null && name.isBlank()) {
            fields.fault(field, "must not be blank: leave it out for any");
        }
        return name;
    }

    private static @Nullable BigDecimal confidence(Fields fields, String field) {
        return fields.decimal(field, BigDecimal.ZERO, BigDecimal.ONE);
    }

    private static <T extends Comparable<T>> Between<T> between(
            Fields fields, String fromField, @Nullable T from, String belowField, @Nullable T below) {
        Between<T> between = new Between<>(from, below);
        if (between.isEmpty()) {
            fields.fault(fromField, NOTHING_BETWEEN.formatted(belowField));
        }
        return between;
    }

    private static @Nullable Member member(Fields fields) {
        String text = name(fields, "metadata", MAX_TEXT);
        Member member = text == null ? null : Member.parse(text);
        if (text != null && member == null) {
            fields.fault("metadata", MEMBER_WANTED);
        }
        return member;
    }

    private static List<Long> ids(Fields fields) {
        List<Long> ids = new ArrayList<>();
        for (Fields.Element element : fields.elements("ids", MOST_IDS)) {
            try {
                ids.add(Long.parseLong(element.node().asText()));
            } catch (NumberFormatException e) {
                fields.add(List.of(new Fault(
                        element.path(), Storable.shorten(element.node().toString()), "must be the id of a task")));
            }
        }
        if (fields.has("ids") && ids.isEmpty()) {
            fields.fault("ids", "must not be empty: leave it out for any");
        }
        return ids;
    }

    /** With every field, those that are not filtered by as null. */
    public static ObjectNode write(TaskFilter filter) {
        ObjectNode json = Json.nodes()
                .objectNode()
                .put("status", text(filter.status()))
                .put("action_name", filter.action())
                .put("queue", filter.queue())
                .put("workflow_id", filter.workflowId())
                .put("priority", text(filter.priority()))
                .put("risk_level", text(filter.riskLevel()))
                .put("confidence_from", filter.confidence().from())
                .put("confidence_below", filter.confidence().below())
                .put("created_from", text(filter.created().from()))
                .put("created_before", text(filter.created().below()))
                .put("created_by", filter.createdBy())
                .put("description", filter.description())
                .put("error", filter.error())
                .put("metadata", text(filter.metadata()));
        if (filter.ids().isEmpty()) {
            return json.putNull("ids");
        }
        ArrayNode ids = json.putArray("ids");
        filter.ids().forEach(id -> ids.add(Long.toString(id)));
        return json;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /** Reads what {@link #write} wrote. */
    public static TaskFilter parse(String stored) {
        return Fields.readAll(Json.parse(stored), TaskFilterJson::read);
    }
}
