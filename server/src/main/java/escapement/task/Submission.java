package escapement.task;

import org.jspecify.annotations.Nullable;

/**
 * A task within a request.
 *
 * @param ref what other tasks of the request call it; null when they need not
 * @param path where it stands in the caller's input, for faults
 */
public record Submission(NewTask task, @Nullable String ref, String path) {
    /** A task that is the whole request. */
    public static Submission alone(NewTask task) {
        return new Submission(task, null, "");
    }
}
