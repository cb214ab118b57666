package escapement.queue;

import escapement.action.RiskLevel;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * A task in a node's hands.
 *
 * @param node the incarnation that claimed it
 * @param fence must still stand on the row when the attempt ends, or somebody took the task away
 * @param uncounted how many of the {@code attempt} starts so far do not count against {@code maxAttempts}
 */
record ClaimedTask(
        long id,
        int node,
        int fence,
        int attempt,
        int uncounted,
        int maxAttempts,
        short action,
        short queue,
        long claimOrder,
        RiskLevel riskLevel,
        @Nullable BigDecimal confidenceScore,
        @Nullable String retry, // the task's own back-off as stored; null for the default
        long timeoutMillis, // how long the attempt may run; 0 for no limit
        String actionParams,
        boolean followed, // its end was to move other tasks when it was claimed
        boolean hasReferences, // its params take values from results of other tasks
        boolean hasBranches,
        boolean dryRun,
        @Nullable String description) { // of a dry run; null for any other, which needs none

    /** Failed attempts before this one. */
    int failuresBefore() {
        return attempt - 1 - uncounted;
    }
}
