package escapement.task;

import escapement.json.Fields;
import escapement.task.TaskEdit.Wanted;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads an edit as a caller states it in JSON; every fault is named by its path. */
public final class TaskEditReader {
    private static final int MAX_REASON = 1000;
    private static final List<String> EDITABLE =
            List.of("priority", "run_at", "action_params", "confidence_score", "description", "max_attempts");
    private static final List<String> NEVER_NULL = List.of("priority", "action_params", "max_attempts");

    private TaskEditReader() {}

    /** The edit in {@code fields}; usable only if no fault was added. Unknown fields are faults. */
    public static TaskEdit read(Fields fields) {
        TaskEdit edit = new TaskEdit(
                fields.requiredInteger("version", 1, Integer.MAX_VALUE),
                Objects.requireNonNullElse(fields.requiredText("reason", MAX_REASON), ""),
                given(fields, "priority", () -> fields.oneOf("priority", Priority.class, Priority.MEDIUM)),
                wanted(fields, "run_at", () -> fields.time("run_at")),
                fields.objectText("action_params", NewTaskReader.MAX_PARAMS_BYTES),
                wanted(fields, "confidence_score", () -> NewTaskReader.confidence(fields)),
                wanted(fields, "description", () -> NewTaskReader.description(fields)),
                given(fields, "max_attempts", () -> NewTaskReader.statedAttempts(fields)));
        NEVER_NULL.stream()
                .filter(field -> fields.isGiven(field) && !fields.has(field))
                .forEach(field -> fields.fault(field, "must not be null: leave it out to keep it as it is"));
        fields.refuseUnread();
        if (EDITABLE.stream().noneMatch(fields::isGiven)) {
            fields.fault("changes nothing: give at least one of " + String.join(", ", EDITABLE));
        }
        return edit;
    }

    /** Another confidence and nothing else, whatever the task's version. */
    public static TaskEdit readConfidence(Fields fields) {
        BigDecimal score = NewTaskReader.confidence(fields);
        if (!fields.has("confidence_score")) {
            fields.fault("confidence_score", "is missing: a number from 0 to 1");
        }
        String reason = fields.requiredText("reason", MAX_REASON);
        fields.refuseUnread();
        return TaskEdit.ofConfidence(
                Objects.requireNonNullElse(score, BigDecimal.ZERO), Objects.requireNonNullElse(reason, ""));
    }

    // every field is asked for, also an absent one, or it would not be listed among those that are known
    private static <T> @Nullable T given(Fields fields, String field, Supplier<T> reader) {
        T value = reader.get();
        return fields.has(field) ? value : null;
    }

    private static <T> @Nullable Wanted<T> wanted(Fields fields, String field, Supplier<@Nullable T> reader) {
        T value = reader.get();
        return fields.isGiven(field) ? new Wanted<>(value) : null;
    }
}
