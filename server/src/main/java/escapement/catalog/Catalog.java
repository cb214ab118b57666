package escapement.catalog;

import escapement.action.Actions;
import escapement.action.RiskLevel;
import escapement.db.Database;
import escapement.json.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What actions the live nodes offer, as every node knows it within a few seconds. Thread-safe. */
public final class Catalog {
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration BETWEEN_MISSES = Duration.ofMillis(200);

    private final CatalogStore store;
    private final Set<String> own;
    private volatile Known known = new Known(Map.of(), System.nanoTime() - FRESH.toNanos());

    /** Records what this node offers; to be made before its lease begins. */
    public Catalog(Database database, Actions actions) {
        store = new CatalogStore(database);
        own = Set.copyOf(actions.names());
        actions.all().forEach(store::record);
    }

    public List<CatalogEntry> list() {
        return store.list();
    }

    /** The action, if a live node offers it; null otherwise. */
    public @Nullable OfferedAction find(String name) {
        Known now = known;
        OfferedAction action = now.actions().get(name);
        long age = System.nanoTime() - now.readAt();
        if (age > FRESH.toNanos() || (action == null && age > BETWEEN_MISSES.toNanos())) {
            action = read().get(name);
        }
        return action;
    }

    /** The action, if any node ever offered it, though none may do so now; null otherwise. */
    public @Nullable OfferedAction findKnown(String name) {
        OfferedAction offered = known.actions().get(name);
        return offered != null
                ? offered
                : store.list().stream()
                        .filter(entry -> entry.name().equals(name) && entry.description() != null)
                        .map(entry -> new OfferedAction(entry, ParamsSchema.of(entry.paramsSchema())))
                        .findFirst()
                        .orElse(null);
    }

    private Map<String, OfferedAction> read() {
        Map<String, OfferedAction> before = known.actions();
        Map<String, OfferedAction> now = store.list().stream()
                // a node whose lease lapsed for a moment must not refuse what it will run itself
                .filter(entry -> !entry.nodes().isEmpty() || own.contains(entry.name()))
                .map(entry -> reuse(before.get(entry.name()), entry))
                .collect(Collectors.toMap(offered -> offered.entry().name(), Function.identity()));
        known = new Known(now, System.nanoTime());
        return now;
    }

    /** A schema is compiled once, not at each look. */
    private static OfferedAction reuse(@Nullable OfferedAction before, CatalogEntry entry) {
        return before != null && before.entry().equals(entry)
                ? before
                : new OfferedAction(entry, ParamsSchema.of(entry.paramsSchema()));
    }

    private record Known(Map<String, OfferedAction> actions, long readAt) {}

    /** An action that a task may ask for. */
    public record OfferedAction(CatalogEntry entry, ParamsSchema schema) {
        public RiskLevel minimumRisk() {
            return entry.minimumRisk();
        }

        /**
         * What is wrong with parameters, each at its place below {@code path}.
         *
         * @param references JSON Pointers to what in {@code params} stands for a value unknown yet
         */
        public List<Fault> check(String params, String path, Set<String> references) {
            return schema.check(params, path, references);
        }

        /**
         * The same for parameters with secrets.
         *
         * @param texts those of the references that stand for a text, whichever it is
         */
        public List<Fault> check(String params, String path, Set<String> references, Set<String> texts) {
            return schema.check(params, path, references, texts);
        }

        /** JSON Pointers to what in {@code params} nobody is to read. */
        public Set<String> sensitive(String params) {
            return schema.sensitive(params);
        }
    }
}
