package escapement.action;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The actions this node offers, by name. Immutable. */
public final class Actions {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    private final Map<String, Action> byName;

    public Actions(Collection<? extends Action> actions) {
        Map<String, Action> map = new TreeMap<>();
        for (Action action : actions) {
            if (!NAME.matcher(action.name()).matches()) {
                throw new IllegalArgumentException("an action cannot be named '" + action.name()
                        + "': a name has 1 to 64 letters, digits and _ . : -");
            }
            if (map.put(action.name(), action) != null) {
                throw new IllegalArgumentException("two actions are named '" + action.name() + "'");
            }
        }
        byName = Map.copyOf(map);
    }

    public @Nullable Action find(String name) {
        return byName.get(name);
    }

    public Collection<Action> all() {
        return byName.values();
    }

    public List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }
}
