package escapement.calibration.map;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fitted map; never changed once written. */
public record MapVersion(
        int version,
        @Nullable String action, // null: of all actions
        @Nullable Integer parent, // the map of all actions towards which it is shrunk; null for such a one
        Instant createdAt,
        String createdBy,
        String code, // the version of the program that fitted it
        String method,
        List<Double> parameters,
        List<Double> covariance,
        Knots knots,
        @Nullable LocalDate from, // of the outcomes it was fitted on; null without any
        @Nullable LocalDate to, // likewise
        long n,
        long successes,
        int halfLifeDays,
        String inputsHash,
        String knotsHash,
        String scores, // JSON
        boolean inForce) {

    /** When it, or another or none, came into force. */
    public record Publication(
            long id,
            Instant at,
            @Nullable String action, // null: of all actions
            @Nullable Integer version, // null: none is in force any more
            String principal,
            String reason,
            Kind kind) {}

    /** Why a map came into force; the names are those of the database. */
    public enum Kind {
        NIGHTLY,
        PERSON,
        ROLLBACK
    }

    /** What is in force for an action that has a map of its own, or for all. */
    public record InForce(
            Publication publication,
            boolean isStale, // in force for 30 days, or its drift is under alarm
            boolean isOld, // for half of that time
            boolean isHeld) {} // a person took back what was in force: the nightly fit leaves it alone

    /** A decision that a map had part in. */
    public record Decision(
            long taskId,
            long id,
            Instant at,
            int attempt,
            java.math.@Nullable BigDecimal confidenceScore,
            java.math.@Nullable BigDecimal calibrated,
            java.math.@Nullable BigDecimal calibratedLower,
            boolean isStale,
            String statistic,
            java.math.@Nullable BigDecimal value,
            java.math.@Nullable BigDecimal threshold,
            String decision,
            String code,
            int policyVersion) {}
}
