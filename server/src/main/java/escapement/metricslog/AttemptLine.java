package escapement.metricslog;

import com.fasterxml.jackson.core.JsonGenerator;
import escapement.task.AttemptOutcome;
import java.io.IOException;
import java.math.BigDecimal;
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

    /** As one object. */
    void writeTo(JsonGenerator json) throws IOException {
        String ended = endedAt.toString();
        json.writeStartObject();
        json.writeStringField("timestamp", ended);
        json.writeStringField("task_id", Long.toString(taskId));
        json.writeStringField("description", description);
        json.writeStringField("status", status());
        json.writeStringField("priority", priority);
        json.writeStringField("risk_level", riskLevel);
        json.writeFieldName("confidence_score");
        json.writeNumber(number(confidence));
        json.writeNumberField("attempt_count", attempt);
        json.writeNumberField("execution_time_ms", milliseconds(startedAt, endedAt));
        json.writeStringField("error", error);
        json.writeStringField("created_at", createdAt.toString());
        json.writeStringField("started_at", startedAt.toString());
        json.writeStringField("completed_at", ended);
        json.writeBooleanField(
                "actual_success", outcome == AttemptOutcome.SUCCEEDED || outcome == AttemptOutcome.DRY_RUN);
        json.writeFieldName("predicted_success");
        json.writeNumber(predicted(confidence));
        json.writeStringField(
                "calibration_bucket",
                confidence == null ? null : Bucket.of(confidence).toString());
        json.writeBooleanField("dry_run", outcome == AttemptOutcome.DRY_RUN);
        json.writeStringField("outcome", outcome.name());
        json.writeStringField("action_name", actionName);
        json.writeStringField("queue", queue);
        json.writeStringField("workflow_id", workflowId);
        json.writeStringField("node", node);
        json.writeNumberField("wait_time_ms", milliseconds(readyAt, startedAt));
        json.writeEndObject();
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
