package escapement.queue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Something that is being, or has been, done to many tasks. */
public record Operation(
        long id,
        NewOperation asked,
        String by,
        String reason,
        Status status,
        int matched, // tasks when it was started
        boolean more, // there were more than that; they are counted no further
        long changed, // tasks so far
        long refused, // tasks that had changed by themselves before it came to them
        Instant createdAt,
        @Nullable Instant finishedAt) { // null while RUNNING

    public long done() {
        return changed + refused;
    }

    /** How far it is. */
    public enum Status {
        RUNNING,
        FINISHED,
        STOPPED
    }
}
