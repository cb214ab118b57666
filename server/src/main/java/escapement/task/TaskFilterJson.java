package escapement.task;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.RiskLevel;
import escapement.json.Fields;
import escapement.json.Json;
import org.jspecify.annotations.Nullable;

/** A filter as JSON: {@code status, action_name, queue, workflow_id, priority, risk_level}; null or absent: any. */
public final class TaskFilterJson {
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
                oneOf(fields, "risk_level", RiskLevel.class));
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

    /** With every field, those that are not filtered by as null. */
    public static ObjectNode write(TaskFilter filter) {
        return Json.nodes()
                .objectNode()
                .put("status", name(filter.status()))
                .put("action_name", filter.action())
                .put("queue", filter.queue())
                .put("workflow_id", filter.workflowId())
                .put("priority", name(filter.priority()))
                .put("risk_level", name(filter.riskLevel()));
    }

    private static @Nullable String name(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    /** Reads what {@link #write} wrote. */
    public static TaskFilter parse(String stored) {
        return Fields.readAll(Json.parse(stored), TaskFilterJson::read);
    }
}
