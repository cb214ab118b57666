package escapement.action;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The actions this node offers, by name. Immutable. */
public final class Actions {
    private final Map<String, Action> byName;

    public Actions(Collection<? extends Action> actions) {
        Map<String, Action> map = new TreeMap<>();
        for (Action action : actions) {
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
