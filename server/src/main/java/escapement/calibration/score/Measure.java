package escapement.calibration.score;

import org.jspecify.annotations.Nullable;

/**
 * A number with its name, or why there is none.
 *
 * @param name with its group before a dot, as {@code murphy.resolution}
 * @param value null when it cannot be computed
 * @param reason null when it can
 */
public record Measure(
        String name, @Nullable Number value, @Nullable String reason) {
    public Measure {
        if ((value == null) == (reason == null)) {
            throw new IllegalArgumentException(name + " must have either a value or a reason");
        }
        if (value instanceof Double number && !Double.isFinite(number)) {
            throw new IllegalArgumentException(name + " is " + number);
        }
    }

    static Measure of(String name, Number value) {
        return new Measure(name, value, null);
    }

    static Measure missing(String name, String reason) {
        return new Measure(name, null, reason);
    }
}
