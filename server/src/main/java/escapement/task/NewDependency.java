package escapement.task;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An upstream task that a new one waits for.
 *
 * @param task its id, or its {@code ref} within the same batch
 * @param timeout how long after its submit the new task waits for it, then it fails; null for ever
 */
public record NewDependency(
        String task, RequiredStatus required, @Nullable Duration timeout) {}
