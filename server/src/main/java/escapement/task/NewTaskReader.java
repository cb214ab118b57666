package escapement.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.RiskLevel;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.json.Storable;
import escapement.reference.Reference;
import escapement.reference.References;
import escapement.retry.Backoff;
import escapement.retry.BackoffJson;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a task as a caller states it in JSON; every fault is named by its path. */
public final class NewTaskReader {
    public static final int MAX_PARAMS_BYTES = 256 * 1024;
    private static final int MAX_METADATA_BYTES = 64 * 1024;
    private static final int MAX_DESCRIPTION = 10_000;
    private static final int MAX_NAME = 64;
    private static final int MAX_WORKFLOW_ID = 200;
    private static final int MOST_ATTEMPTS = 1000;
    private static final BigDecimal LONGEST_DELAY_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(3660).toSeconds());
    private static final BigDecimal SHORTEST_TIMEOUT_SECONDS = new BigDecimal("0.001");
    private static final BigDecimal LONGEST_TIMEOUT_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(30).toSeconds());
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]+");

    private NewTaskReader() {}

    /** The task in {@code fields}; usable only if no fault was added. Unknown fields are faults. */
    public static NewTask read(Fields fields) {
        return read(fields, 0);
    }

    /**
     * The template of a branch.
     *
     * @param depth how many templates it lies in, itself included
     */
    static NewTask readTemplate(Fields fields, int depth) {
        if (fields.has("workflow_id")) {
            fields.fault(
                    "workflow_id", "cannot be chosen here: the task joins the workflow of the one that it follows");
        }
        return read(fields, depth);
    }

    private static NewTask read(Fields fields, int depth) {
        List<NewDependency> dependencies = DependencyReader.read(fields);
        NewTask task = new NewTask(
                name(fields, "action_name", ""),
                Objects.requireNonNullElse(fields.objectText("action_params", MAX_PARAMS_BYTES), "{}"),
                description(fields),
                name(fields, "queue", NewTask.DEFAULT_QUEUE),
                workflowId(fields),
                fields.oneOf("priority", Priority.class, Priority.MEDIUM),
                fields.oneOf("risk_level", RiskLevel.class, RiskLevel.LOW),
                confidence(fields),
                maxAttempts(fields),
                backoff(fields),
                fields.time("run_at"),
                delay(fields),
                timeout(fields),
                fields.objectText("metadata", MAX_METADATA_BYTES),
                fields.flag("dry_run", false),
                dependencies,
                fields.oneOf("on_dependency_failure", OnDependencyFailure.class, OnDependencyFailure.BLOCK),
                IdempotencyKey.read(fields),
                references(fields, dependencies, depth > 0),
                BranchReader.read(fields, depth),
                fields.time("start_by"),
                fields.time("deadline_at"),
                atRiskPercent(fields),
                RationaleReader.read(fields));
        if (task.startBy() != null && task.runAt() != null && !task.startBy().isAfter(task.runAt())) {
            fields.fault("start_by", "must be after run_at: the task could never start");
        }
        fields.refuseUnread();
        return task;
    }

    /** The task in {@code fields} with the name it has for the others of its batch. */
    public static Submission readInBatch(Fields fields) {
        String ref = fields.text("ref", DependencyReader.MAX_REF);
        if (ref != null && (ref.isBlank() || ref.equals(Reference.PARENT))) {
            fields.fault("ref", "must not be blank or '" + Reference.PARENT + "'");
        }
        return new Submission(read(fields), ref, fields.path());
    }

    private static String name(Fields fields, String field, String otherwise) {
        String name = otherwise.isEmpty() ? fields.requiredText(field, MAX_NAME) : fields.text(field, MAX_NAME);
        if (name == null) {
            return otherwise;
        }
        if (!name.isEmpty() && !NAME.matcher(name).matches()) {
            fields.fault(field, "may have letters, digits and _ . : - only");
        }
        return name;
    }

    /** A task may use the results of those it waits for, and one that follows another also that one's. */
    private static List<Reference> references(Fields fields, List<NewDependency> dependencies, boolean hasParent) {
        if (!(fields.node("action_params") instanceof ObjectNode params)) {
            return List.of();
        }
        String path = fields.path("action_params");
        List<Fault> faults = new ArrayList<>();
        List<Reference> references = References.find(params, path, faults);
        Set<String> known = dependencies.stream().map(NewDependency::task).collect(Collectors.toSet());
        for (Reference reference : references) {
            if (!known.contains(reference.task())
                    && !(hasParent && reference.task().equals(Reference.PARENT))) {
                faults.add(new Fault(
                        path + reference.at(),
                        Storable.shorten(reference.task()),
                        hasParent
                                ? "refers to a task that is neither 'parent' nor among the dependencies"
                                : "refers to a task that is not among the dependencies"));
            }
        }
        fields.add(faults);
        return references;
    }

    static @Nullable String description(Fields fields) {
        return fields.text("description", MAX_DESCRIPTION);
    }

    private static @Nullable String workflowId(Fields fields) {
        String id = fields.text("workflow_id", MAX_WORKFLOW_ID);
        if (id != null && id.isBlank()) {
            fields.fault("workflow_id", "must not be blank: leave it out to let the server choose one");
        }
        return id;
    }

    // cut, not rounded: 0.6999999 must not become the 0.7 that a gate lets through
    static @Nullable BigDecimal confidence(Fields fields) {
        BigDecimal stated = fields.decimal("confidence_score", BigDecimal.ZERO, BigDecimal.ONE);
        return stated == null ? null : stated.setScale(6, RoundingMode.DOWN);
    }

    private static Backoff backoff(Fields fields) {
        Fields retry = fields.object("retry");
        return retry == null ? Backoff.DEFAULT : BackoffJson.read(retry);
    }

    private static @Nullable Duration delay(Fields fields) {
        BigDecimal seconds = fields.decimal("delay_seconds", BigDecimal.ZERO, LONGEST_DELAY_SECONDS);
        if (seconds != null && fields.has("run_at")) {
            fields.fault("delay_seconds", "excludes run_at: give one of the two");
        }
        return seconds == null
                ? null
                : Duration.ofMillis(seconds.movePointRight(3).longValue());
    }

    private static int atRiskPercent(Fields fields) {
        if (fields.has("at_risk_percent") && !fields.has("deadline_at")) {
            fields.fault("at_risk_percent", "needs a deadline_at");
        }
        return fields.integer("at_risk_percent", 1, 99, NewTask.DEFAULT_AT_RISK_PERCENT);
    }

    static @Nullable Duration timeout(Fields fields) {
        BigDecimal seconds = fields.decimal("timeout_seconds", SHORTEST_TIMEOUT_SECONDS, LONGEST_TIMEOUT_SECONDS);
        return seconds == null
                ? null
                : Duration.ofMillis(seconds.movePointRight(3).longValue());
    }

    /** The field, or {@code metadata.max_attempts} where callers of the original system put it. */
    private static int maxAttempts(Fields fields) {
        if (!fields.has("max_attempts") && fields.node("metadata") instanceof JsonNode metadata) {
            JsonNode inside = metadata.get("max_attempts");
            if (inside != null
                    && inside.canConvertToInt()
                    && inside.intValue() >= 1
                    && inside.intValue() <= MOST_ATTEMPTS) {
                return inside.intValue();
            }
        }
        return statedAttempts(fields);
    }

    static int statedAttempts(Fields fields) {
        return fields.integer("max_attempts", 1, MOST_ATTEMPTS, NewTask.DEFAULT_MAX_ATTEMPTS);
    }

    /** Convenience for callers inside the server: the task in one JSON text. */
    public static NewTask read(String json) {
        return Fields.readAll(Json.parse(json), NewTaskReader::read);
    }
}
