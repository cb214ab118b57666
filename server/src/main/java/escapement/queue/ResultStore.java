package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.db.Database;
import escapement.json.Json;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** SQL: what tasks returned. Thread-safe. */
final class ResultStore {
    private static final String RESULTS =
            "select id, result::text from escapement.ended where id = any(?::bigint[]) and result is not null";

    private final Database database;

    ResultStore(Database database) {
        this.database = database;
    }

    /** The results by the tasks' ids as text; nothing for a task without one. */
    Map<String, JsonNode> of(Collection<Long> ids) {
        Map<String, JsonNode> results = new HashMap<>();
        database.jooq()
                .resultQuery(RESULTS, (Object) ids.toArray(Long[]::new))
                .forEach(row -> results.put(row.get(0, Long.class).toString(), Json.parse(row.get(1, String.class))));
        return results;
    }
}
