package escapement.admin;

import escapement.json.Fields;
import escapement.queue.NewOperation;
import escapement.queue.OperationAction;
import escapement.queue.Operations;
import escapement.task.Priority;
import escapement.task.TaskFilter;
import escapement.task.TaskFilterJson;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A wish to do something to many tasks, as a caller states it in JSON; every fault is named by its path. */
record OperationRequest(
        OperationAction action,
        TaskFilter filter,
        @Nullable Priority priority,
        String reason,
        boolean preview,
        OptionalInt expected) {
    private static final int MAX_REASON = 1000;

    /** The request in {@code fields}; usable only if no fault was added. */
    static OperationRequest read(Fields fields) {
        OperationAction action = action(fields);
        OperationRequest request = new OperationRequest(
                action,
                filter(fields, action),
                priority(fields, action),
                reason(fields),
                fields.flag("preview", false),
                expected(fields));
        if (request.preview && fields.has("expected")) {
            fields.fault("expected", "is for the operation itself: leave it out of a preview");
        }
        fields.refuseUnread();
        return request;
    }

    private static OperationAction action(Fields fields) {
        OperationAction action = fields.oneOf("action", OperationAction.class, OperationAction.CANCEL);
        if (!fields.has("action")) {
            fields.fault("action", "is required: one of " + Fields.names(OperationAction.class));
        }
        return action;
    }

    // required, be it empty: a filter that was forgotten must not mean everything
    private static TaskFilter filter(Fields fields, OperationAction action) {
        Fields inside = fields.object("filter");
        if (inside == null) {
            fields.fault("filter", "is required: {} stands for all tasks");
            return TaskFilter.ALL;
        }
        TaskFilter filter = TaskFilterJson.read(inside);
        if (filter.status() != null && !action.statuses().contains(filter.status())) {
            inside.fault(
                    "status",
                    "cannot be, for " + action + " is for tasks that are "
                            + action.statuses().stream().map(Enum::name).collect(Collectors.joining(", ")));
        }
        return filter;
    }

    private static @Nullable Priority priority(Fields fields, OperationAction action) {
        Priority priority = fields.oneOf("priority", Priority.class, Priority.MEDIUM);
        boolean wanted = action == OperationAction.REPRIORITISE;
        if (wanted != fields.has("priority")) {
            fields.fault(
                    "priority", wanted ? "is required to reprioritise" : "is to be left out, except to reprioritise");
        }
        return wanted ? priority : null;
    }

    private static String reason(Fields fields) {
        String reason = fields.requiredText("reason", MAX_REASON);
        return reason == null ? "" : reason;
    }

    private static OptionalInt expected(Fields fields) {
        int expected = fields.integer("expected", 0, Operations.MOST_COUNTED, 0);
        return fields.has("expected") ? OptionalInt.of(expected) : OptionalInt.empty();
    }

    NewOperation asked() {
        return new NewOperation(action, filter, priority);
    }
}
