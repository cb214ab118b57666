package escapement.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.access.AuditStore;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.db.Database;
import escapement.json.Json;
import escapement.task.MatchStore;
import escapement.task.TaskFilterJson;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Cancels, retries or reprioritises all tasks that match a filter, on a person's request. Thread-safe. */
public final class Operations {
    /** Tasks are counted no further. */
    public static final int MOST_COUNTED = 1_000_000;

    private final Database database;
    private final OperationStore store = new OperationStore();
    private final MatchStore matches = new MatchStore();
    private final AuditStore audit = new AuditStore();
    private final Runnable onStart;

    /** @param onStart called after the commit when there is an operation to carry on */
    public Operations(Database database, Runnable onStart) {
        this.database = database;
        this.onStart = onStart;
    }

    /** How many tasks an operation would be for now. */
    public Matched preview(NewOperation asked) {
        return database.inTransaction(tx -> matched(matches.count(tx, asked.matching(), MOST_COUNTED + 1)));
    }

    /**
     * Starts an operation; it is carried on in the background, by any node.
     *
     * @param expected the most tasks it may be for; empty: any number
     */
    public Started start(Principal principal, NewOperation asked, String reason, OptionalInt expected) {
        principal.require(Role.OPERATOR);
        Started started = database.inTransaction(tx -> {
            Matched matched = matched(matches.count(tx, asked.matching(), MOST_COUNTED + 1));
            if (expected.isPresent() && (matched.more() || matched.tasks() > expected.getAsInt())) {
                return new Started.TooMany(matched);
            }
            Operation operation = store.add(tx, principal, asked, reason, matched);
            audit.record(tx, principal, "operation.start", Long.toString(operation.id()), reason, askedFor(operation));
            return new Started.Running(operation);
        });
        if (started instanceof Started.Running) {
            onStart.run();
        }
        return started;
    }

    /** Stops an operation; what it has done stays. @return as it stands now; empty when there is none */
    public Optional<Operation> stop(Principal principal, long id, String reason) {
        principal.require(Role.OPERATOR);
        return database.inTransaction(tx -> {
            boolean stopped = store.stop(tx, id);
            Optional<Operation> operation = store.find(tx, id);
            if (stopped) {
                audit.record(tx, principal, "operation.stop", Long.toString(id), reason, done(operation.orElseThrow()));
            }
            return operation;
        });
    }

    public Optional<Operation> find(long id) {
        return store.find(database.jooq(), id);
    }

    /**
     * A page of operations, newest first.
     *
     * @param beforeId only operations older than this id; {@link Long#MAX_VALUE} for the first page
     */
    public List<Operation> list(long beforeId, int limit) {
        return store.list(database.jooq(), beforeId, limit);
    }

    private static Matched matched(int counted) {
        return new Matched(Math.min(counted, MOST_COUNTED), counted > MOST_COUNTED);
    }

    private static String askedFor(Operation operation) {
        NewOperation asked = operation.asked();
        ObjectNode detail =
                Json.nodes().objectNode().put("action", asked.action().name());
        detail.set("filter", TaskFilterJson.write(asked.filter()));
        if (asked.priority() != null) {
            detail.put("priority", asked.priority().name());
        }
        detail.put("matched", operation.matched()).put("more", operation.more());
        return Json.write(detail);
    }

    private static String done(Operation operation) {
        return Json.write(Json.nodes()
                .objectNode()
                .put("matched", operation.matched())
                .put("more", operation.more())
                .put("done", operation.done())
                .put("changed", operation.changed())
                .put("refused", operation.refused()));
    }

    /** How many tasks match. @param more there are more; they were not counted */
    public record Matched(int tasks, boolean more) {}

    /** What became of a wish to start an operation. */
    public sealed interface Started {
        record Running(Operation operation) implements Started {}

        /** More tasks match than the caller expected; nothing is done. */
        record TooMany(Matched matched) implements Started {}
    }
}
