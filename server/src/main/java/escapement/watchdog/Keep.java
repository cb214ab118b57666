package escapement.watchdog;

import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** For how many days tasks are kept after they ended, by status; null: for ever. */
public record Keep(
        @Nullable Integer completed,
        @Nullable Integer failed,
        @Nullable Integer skipped,
        @Nullable Integer cancelled) {
    public static final Keep FOR_EVER = new Keep(null, null, null, null);

    public Keep {
        if (Stream.of(completed, failed, skipped, cancelled)
                .filter(Objects::nonNull)
                .anyMatch(days -> days < 1)) {
            throw new IllegalArgumentException("tasks must be kept for at least 1 day, got %s, %s, %s and %s"
                    .formatted(completed, failed, skipped, cancelled));
        }
    }

    /** The shortest of all; empty when everything is kept for ever. */
    OptionalInt shortest() {
        return Stream.of(completed, failed, skipped, cancelled)
                .filter(Objects::nonNull)
                .mapToInt(Integer::intValue)
                .min();
    }
}
