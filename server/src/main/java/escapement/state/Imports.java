package escapement.state;

import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.catalog.Catalog;
import escapement.db.Database;
import escapement.json.Json;
import escapement.queue.Enqueuer;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** Takes tasks of a file over. Thread-safe. */
public final class Imports {
    private final Database database;
    private final StateStore store;
    private final Enqueuer enqueuer;
    private final Catalog catalog;
    private final AuditStore audit = new AuditStore();

    public Imports(Database database, Enqueuer enqueuer, Catalog catalog) {
        this.database = database;
        this.store = new StateStore(database);
        this.enqueuer = enqueuer;
        this.catalog = catalog;
    }

    /**
     * Takes all over that are not here yet, some hundred in a transaction: broken off, it can be done again, and goes on where
     * it stopped. Tasks to run may begin while the rest of their file is being read, in the order of their dependencies.
     *
     * @param dryRun only says what it would do
     * @param report is told of each task, in the order in which they were taken over
     * @return how many had which verdict
     */
    public Map<Verdict, Long> run(Principal principal, StateFile file, boolean dryRun, Consumer<ImportedTask> report) {
        principal.require(Role.OPERATOR);
        Map<Verdict, Long> totals = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            totals.put(verdict, 0L);
        }
        Consumer<ImportedTask> counted = task -> {
            totals.merge(task.verdict(), 1L, Long::sum);
            report.accept(task);
        };
        if (!dryRun) {
            record(principal, "queue_state.import", file, "{}");
        }
        try (Rounds rounds = new Rounds(file, new Chunks(store, enqueuer, catalog, principal, file, dryRun, counted))) {
            rounds.run();
        }
        if (!dryRun) {
            record(principal, "queue_state.imported", file, Json.write(totals));
        }
        return totals;
    }

    private void record(Principal principal, String operation, StateFile file, String detail) {
        database.inTransaction(tx -> {
            audit.record(tx, principal, operation, file.source().isEmpty() ? "file" : file.source(), null, detail);
            return true;
        });
    }
}
