package escapement.queue;

import escapement.gate.Verdict;
import escapement.task.RequiredStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A task that the gate holds for a person.
 *
 * @param digest of what would run
 * @param since when a person was first asked
 * @param given by how many people that is approved
 * @param decision why it is held
 */
public record PendingApproval(long id, String digest, int given, Instant since, Decided decision) {

    /** Where it stands among those that wait. */
    public Place place() {
        return new Place(decision.expiresAt(), id);
    }

    /** @param until when it counts as rejected; null: never */
    public record Place(@Nullable Instant until, long id) {}

    /** What the gate decided about a task once. */
    public record Decided(
            Instant at,
            int policyVersion,
            @Nullable Integer mapVersion, // of the calibration in force, whatever was compared; null: none was
            int attempt, // that was to start
            @Nullable BigDecimal confidenceScore,
            String statistic,
            @Nullable BigDecimal value, // of that statistic, what was compared with the threshold
            @Nullable BigDecimal threshold,
            String decision,
            String path,
            String code,
            int approvals, // how many were needed
            List<String> groups,
            @Nullable Instant expiresAt,
            String payloadDigest,
            @Nullable String reason,
            @Nullable BigDecimal calibrated, // what that map makes of the confidence
            @Nullable BigDecimal calibratedLower, // at least
            boolean mapStale, // it could lower a confidence and not raise it
            @Nullable BigDecimal probeRate, // null: it took no part in the lottery
            @Nullable BigDecimal probeDraw) {} // it was drawn if this is below the rate

    /** What somebody said of it. */
    public record Approval(
            String principal, Verdict verdict, Instant at, boolean verified, String payloadDigest, String reason) {}

    /** A task that waits for it. @param skips whether it is skipped, not kept waiting, when this one ends otherwise than required */
    public record Dependent(
            long id, @Nullable String description, String actionName, RequiredStatus required, boolean skips) {}

    /** How an attempt of the same action ended. */
    public record PastOutcome(
            long taskId,
            int attempt,
            String outcome,
            @Nullable BigDecimal confidenceScore,
            Instant endedAt,
            @Nullable String error) {}
}
