package escapement.state;

import org.jspecify.annotations.Nullable;

/**
 * Which task of which installation: ids alone may be given twice.
 *
 * @param source the installation's; empty for files of the original system, which name none
 */
record Name(String source, String id) {
    static final int LONGEST_ID = 140;
    static final String SOURCE = "[A-Za-z0-9_.-]{0,40}";
    private static final String PREFIX = "import:";

    /** The idempotency key under which a task of a file is stored. */
    String key() {
        return PREFIX + source + ":" + id;
    }

    /** The name under which a stored task came; null when it was not in a file. */
    static @Nullable Name ofKey(@Nullable String key) {
        if (key == null || !key.startsWith(PREFIX)) {
            return null;
        }
        int end = key.indexOf(':', PREFIX.length());
        return end < 0 ? null : new Name(key.substring(PREFIX.length(), end), key.substring(end + 1));
    }
}
