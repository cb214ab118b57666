package escapement.admin;

import escapement.action.RiskLevel;
import escapement.task.Between;
import escapement.task.Priority;
import escapement.task.TaskFilter;
import escapement.task.TaskFilter.Member;
import escapement.task.TaskFilterJson;
import escapement.task.TaskStatus;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A filter as the query of a list; what is absent or empty: any. */
final class TaskFilterQuery {
    static final Set<String> PARAMETERS = Set.of(
            "status",
            "action",
            "queue",
            "workflow_id",
            "priority",
            "risk",
            "confidence_from",
            "confidence_below",
            "created_from",
            "created_before",
            "created_by",
            "description",
            "error",
            "metadata");

    private TaskFilterQuery() {}

    /** Usable only if the query is found without fault. */
    static TaskFilter read(Query query) {
        return new TaskFilter(
                query.oneOf("status", TaskStatus.class),
                query.text("action"),
                query.text("queue"),
                query.text("workflow_id"),
                query.oneOf("priority", Priority.class),
                query.oneOf("risk", RiskLevel.class),
                between(
                        query,
                        "confidence_from",
                        confidence(query, "confidence_from"),
                        "confidence_below",
                        confidence(query, "confidence_below")),
                between(
                        query,
                        "created_from",
                        query.time("created_from"),
                        "created_before",
                        query.time("created_before")),
                query.text("created_by"),
                text(query, "description"),
                text(query, "error"),
                member(query),
                List.of());
    }

    private static @Nullable BigDecimal confidence(Query query, String name) {
        return query.decimal(name, BigDecimal.ZERO, BigDecimal.ONE);
    }

    private static <T extends Comparable<T>> Between<T> between(
            Query query, String fromName, @Nullable T from, String belowName, @Nullable T below) {
        Between<T> between = new Between<>(from, below);
        if (between.isEmpty()) {
            query.fault(fromName, TaskFilterJson.NOTHING_BETWEEN.formatted(belowName));
        }
        return between;
    }

    private static @Nullable String text(Query query, String name) {
        String text = query.text(name);
        if (text != null && text.length() > TaskFilterJson.MAX_TEXT) {
            query.fault(name, "is longer than " + TaskFilterJson.MAX_TEXT + " characters");
        }
        return text;
    }

    private static @Nullable Member member(Query query) {
        String text = text(query, "metadata");
        Member member = text == null ? null : Member.parse(text);
        if (text != null && member == null) {
            query.fault("metadata", TaskFilterJson.MEMBER_WANTED);
        }
        return member;
    }
}
