package escapement.task;

import org.jspecify.annotations.Nullable;

/** A span of values, open at an end that is null. @param below the first that is beyond it */
public record Between<T extends Comparable<T>>(
        @Nullable T from, @Nullable T below) {

    public static <T extends Comparable<T>> Between<T> any() {
        return new Between<>(null, null);
    }

    /** Whether there is nothing in it. */
    public boolean isEmpty() {
        return from != null && below != null && from.compareTo(below) >= 0;
    }
}
