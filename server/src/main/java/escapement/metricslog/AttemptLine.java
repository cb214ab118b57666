package escapement.metricslog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import escapement.task.AttemptOutcome;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** What the log says of one attempt: the 17 keys of the old system in their order, then ours. */
public record AttemptLine(
        long taskId,
        int attempt,
        @Nullable String description, // null when the submitter gave none
        AttemptOutcome outcome,
        String priority,
        String riskLevel,
        @Nullable BigDecimal confidence, // null when the submitter gave none
        @Nullable String error, // null when it did not fail
        Instant createdAt,
        Instant readyAt,
        Instant startedAt,
        Instant endedAt,
        String actionName,
        String queue,
        String workflowId,
        String node) {
    private static final BigDecimal GOOD_ENOUGH = new BigDecimal("0.7");
    private static final BigDecimal YES = new BigDecimal("1.0");
    private static final BigDecimal NO = new BigDecimal("0.0");
    private static final int MICROS_SCALE = 3;

    /** Whose file it belongs to. */
    LocalDate day() {
        return LocalDate.ofInstant(endedAt, ZoneOffset.UTC);
    }

    /** One line, with its end. */
    public byte[] bytes() {
        ObjectNode line = Json.nodes().objectNode();
        line.put("timestamp", endedAt.toString());
        line.put("task_id", Long.toString(taskId));
        line.put("description", description);
        line.put("status", status());
        line.put("priority", priority);
        line.put("risk_level", riskLevel);
        line.put("confidence_score", number(confidence));
        line.put("attempt_count", attempt);
        line.put("execution_time_ms", milliseconds(startedAt, endedAt));
        line.put("error", error);
        line.put("created_at", createdAt.toString());
        line.put("started_at", startedAt.toString());
        line.put("completed_at", endedAt.toString());
        line.put("actual_success", outcome == AttemptOutcome.SUCCEEDED || outcome == AttemptOutcome.DRY_RUN);
        line.put("predicted_success", predicted(confidence));
        line.put(
                "calibration_bucket",
                confidence == null ? null : Bucket.of(confidence).toString());
        line.put("dry_run", outcome == AttemptOutcome.DRY_RUN);
        line.put("outcome", outcome.name());
        line.put("action_name", actionName);
        line.put("queue", queue);
        line.put("workflow_id", workflowId);
        line.put("node", node);
        line.put("wait_time_ms", milliseconds(readyAt, startedAt));
        return (Json.write(line) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** As the old system named it: of this attempt, whatever became of the task later, so that a day can be written again. */
    private String status() {
        return switch (outcome) {
            case SUCCEEDED, DRY_RUN -> "COMPLETED";
            case FAILED, TIMEOUT -> "FAILED";
            case CANCELLED -> "CANCELLED";
            case LOST, SNOOZED -> "PENDING";
        };
    }

    private static @Nullable BigDecimal number(@Nullable BigDecimal confidence) {
        if (confidence == null) {
            return null;
        }
        BigDecimal shortest = confidence.stripTrailingZeros();
        return shortest.scale() < 1 ? shortest.setScale(1) : shortest;
    }

    private static @Nullable BigDecimal predicted(@Nullable BigDecimal confidence) {
        return confidence == null ? null : confidence.compareTo(GOOD_ENOUGH) >= 0 ? YES : NO;
    }

    private static BigDecimal milliseconds(Instant from, Instant to) {
        long micros = Duration.between(from, to).toNanos() / 1000;
        return BigDecimal.valueOf(Math.max(0, micros), MICROS_SCALE);
    }
}
