package escapement.task;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One start of a task. */
public record Attempt(
        int attempt,
        String node,
        @Nullable Instant readyAt, // when it could have started
        Instant startedAt,
        @Nullable Instant endedAt, // null while it runs, as is the outcome
        @Nullable AttemptOutcome outcome,
        @Nullable String error,
        @Nullable BigDecimal confidenceScore,
        String gatePath, // AUTO: the policy let it run; PROBE: to learn from it; HUMAN: somebody did
        @Nullable Integer policyVersion, // under which it was let run; null where its risk level had no rules
        List<LogLine> log) {

    /** What the action said. */
    public record LogLine(Instant at, String line) {}
}
