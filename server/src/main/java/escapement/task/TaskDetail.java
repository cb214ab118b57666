package escapement.task;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A task with everything stored of it; JSON values as text, as PostgreSQL gives them back. */
public record TaskDetail(
        Task task,
        String actionParams,
        @Nullable String result,
        @Nullable String metadata,
        @Nullable String rationale, // what its submitter says about it, JSON object
        @Nullable String payloadDigest, // of what would run, while the gate holds it
        @Nullable Progress progress,
        @Nullable Verdict verdict, // what a person said of its outcome last
        Links links) {

    /** How far the latest attempt said it was; {@code fraction} from 0 to 1. */
    public record Progress(
            int attempt, double fraction, @Nullable String message, Instant at) {}

    /** What somebody said of the outcome of an attempt: {@code correct}, {@code wrong} or {@code reverted}. */
    public record Verdict(
            String verdict,
            int attempt,
            String by,
            Instant at,
            @Nullable String reason) {}
}
