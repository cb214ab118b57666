package escapement.doctor;

/**
 * What one look found.
 *
 * @param check what was looked at, in one or two words
 * @param message what was found, with its values
 * @param advice what to do; empty when nothing is to be done
 */
public record Finding(Level level, String check, String message, String advice) {
    /** How bad it is. */
    public enum Level {
        OK,
        WARN,
        FAIL
    }

    static Finding ok(String check, String message) {
        return new Finding(Level.OK, check, message, "");
    }

    static Finding warn(String check, String message, String advice) {
        return new Finding(Level.WARN, check, message, advice);
    }

    public static Finding fail(String check, String message, String advice) {
        return new Finding(Level.FAIL, check, message, advice);
    }
}
