package escapement.secret;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values that no line of this process's log is to hold: those that attempts used lately. One for the process, as the
 * log is. Thread-safe.
 */
final class LogMask {
    private static final int MOST = 1000;

    // guarded by the class; the one that was used longest ago first
    private static final Map<String, Mask> used = new LinkedHashMap<>(16, 0.75f, true);

    private static volatile List<Mask> masks = List.of();

    private LogMask() {}

    static synchronized void add(Collection<String> values) {
        boolean changed = false;
        for (String value : values) {
            if (used.get(value) == null) {
                used.put(value, Mask.of(List.of(value)));
                changed = true;
            }
        }
        if (!changed) {
            return;
        }
        while (used.size() > MOST) {
            used.remove(used.keySet().iterator().next());
        }
        masks = List.copyOf(used.values());
    }

    static String hidden(String line) {
        String hidden = line;
        for (Mask mask : masks) {
            hidden = mask.all(hidden);
        }
        return hidden;
    }
}
