package escapement.metricslog;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.RiskLevel;
import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import escapement.task.AttemptOutcome;
import escapement.task.TaskStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What one line of another system's log says of an attempt. Keys that nobody needs here may have any value. */
record ImportedLine(
        String taskId,
        int attempt,
        Instant endedAt,
        RiskLevel riskLevel,
        @Nullable BigDecimal confidence, // null when none was stated
        @Nullable String actionName, // null when the log does not say, as the old system's does not
        String status,
        boolean ok,
        boolean countable,
        boolean partial) {
    private static final int MAX_TEXT = 200;
    private static final int MAX_ATTEMPT = 1_000_000;

    /** @throws InvalidInputException with everything that is wrong */
    static ImportedLine parse(byte[] line) {
        JsonNode json = Json.parseInput(line);
        List<Fault> faults = new ArrayList<>();
        ImportedLine read = read(new Fields(json, "", faults));
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return read;
    }

    private static ImportedLine read(Fields fields) {
        String taskId = fields.requiredText("task_id", MAX_TEXT);
        int attempt = fields.requiredInteger("attempt_count", 0, MAX_ATTEMPT);
        TaskStatus status = fields.requiredText("status", MAX_TEXT) == null
                ? TaskStatus.PENDING
                : fields.oneOf("status", TaskStatus.class, TaskStatus.PENDING);
        AttemptOutcome outcome =
                fields.has("outcome") ? fields.oneOf("outcome", AttemptOutcome.class, AttemptOutcome.LOST) : null;
        BigDecimal confidence = fields.decimal("confidence_score", BigDecimal.ZERO, BigDecimal.ONE);
        boolean ended = (status == TaskStatus.COMPLETED || status == TaskStatus.FAILED)
                && outcome != AttemptOutcome.LOST
                && outcome != AttemptOutcome.SNOOZED;
        boolean dryRun = fields.flag("dry_run", false) || outcome == AttemptOutcome.DRY_RUN;
        return new ImportedLine(
                Objects.requireNonNullElse(taskId, ""),
                attempt,
                endedAt(fields),
                fields.oneOf("risk_level", RiskLevel.class, RiskLevel.LOW),
                confidence,
                fields.text("action_name", MAX_TEXT),
                status.name(),
                fields.flag("actual_success", status == TaskStatus.COMPLETED),
                ended && !dryRun && confidence != null,
                isPartial(fields, confidence));
    }

    /** Also checks what is there, though it follows from the rest: a bucket that does not fit tells of a broken line. */
    private static boolean isPartial(Fields fields, @Nullable BigDecimal confidence) {
        JsonNode predicted = fields.node("predicted_success");
        if (predicted != null && !predicted.isBoolean() && !isZeroOrOne(predicted)) {
            fields.fault("predicted_success", "must be 1.0 or 0.0");
        }
        String bucket = fields.text("calibration_bucket", MAX_TEXT);
        if (bucket != null) {
            Bucket read = Bucket.parse(bucket).orElse(null);
            if (read == null) {
                fields.fault("calibration_bucket", "must be one of ten such as [0.8-0.9] or 0.8-0.9");
            } else if (confidence != null && !read.equals(Bucket.of(confidence))) {
                fields.fault(
                        "calibration_bucket",
                        "is not that of confidence_score " + confidence.toPlainString() + ", which is "
                                + Bucket.of(confidence));
            }
        }
        return !fields.has("actual_success") || confidence != null && (predicted == null || bucket == null);
    }

    private static boolean isZeroOrOne(JsonNode node) {
        return node.isNumber()
                && (node.decimalValue().signum() == 0 || node.decimalValue().compareTo(BigDecimal.ONE) == 0);
    }

    private static Instant endedAt(Fields fields) {
        String name = fields.has("completed_at") ? "completed_at" : "timestamp";
        String text = fields.requiredText(name, MAX_TEXT);
        Instant time = text == null ? null : timeOf(text);
        if (time == null && text != null) {
            fields.fault(
                    name, "must be a time such as 2026-02-05T14:55:16 (UTC) or with a zone, between 2000 and 2200");
        }
        // as exact as the database keeps it, or a line that comes again would seem to be a newer one
        return time == null ? Instant.EPOCH : time.truncatedTo(ChronoUnit.MICROS);
    }

    /** The old system wrote UTC and did not say so. */
    private static @Nullable Instant timeOf(String text) {
        try {
            return Fields.timeOf(
                    LocalDateTime.parse(text).atOffset(ZoneOffset.UTC).toString());
        } catch (DateTimeParseException e) {
            return Fields.timeOf(text);
        }
    }
}
