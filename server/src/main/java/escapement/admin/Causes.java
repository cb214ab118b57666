package escapement.admin;

import org.jspecify.annotations.Nullable;

/** Why something failed. */
final class Causes {
    private Causes() {}

    /** Whether this exception, or one that caused it, is of one of these kinds. */
    static boolean include(@Nullable Throwable e, Class<?>... kinds) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            for (Class<?> kind : kinds) {
                if (kind.isInstance(cause)) {
                    return true;
                }
            }
        }
        return false;
    }
}
