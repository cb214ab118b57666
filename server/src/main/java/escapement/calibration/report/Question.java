package escapement.calibration.report;

import escapement.action.RiskLevel;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Of which outcomes, and with which confidences. Days are those of UTC, both ends included.
 *
 * @param action null for all
 * @param risk null for all
 * @param path null for all that ran without a person's word
 * @param from null for 90 days up to {@code to}
 * @param to null for today
 */
public record Question(
        @Nullable String action,
        @Nullable RiskLevel risk,
        @Nullable Path path,
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        Basis basis) {
    /** Who let a task run. */
    public enum Path {
        AUTO,
        PROBE,
        HUMAN
    }

    /** The confidence as stated, or as the map in force now translates it, also of outcomes from before it came into force. */
    public enum Basis {
        RAW,
        CALIBRATED
    }
}
