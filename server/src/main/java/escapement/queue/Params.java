package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.Json;
import escapement.reference.References;
import escapement.reference.UnresolvedReferenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The parameters that an attempt runs with: references to results of other tasks replaced by what these returned. Thread-safe. */
final class Params {
    /** Characters of JSON: a hundred references to a megabyte each would be too much to hand on. */
    private static final int MOST = 4_000_000;

    private final ResultStore results;
    private final Catalog catalog;

    Params(Database database, Catalog catalog) {
        this.results = new ResultStore(database);
        this.catalog = catalog;
    }

    /** @throws UnfitParamsException when a reference finds nothing, or its value does not fit the action */
    JsonNode resolved(ClaimedTask task, String action) throws UnfitParamsException {
        JsonNode params = Json.parse(task.actionParams());
        Map<String, JsonNode> known = results.of(upstreams(params));
        JsonNode resolved;
        try {
            resolved = References.resolve(params, known::get);
        } catch (UnresolvedReferenceException e) {
            throw new UnfitParamsException(String.valueOf(e.getMessage()));
        }
        refuseUnfit(Json.write(resolved), action);
        return resolved;
    }

    private static Set<Long> upstreams(JsonNode params) {
        return References.find(params, "", new ArrayList<>()).stream()
                .map(reference -> Long.parseLong(reference.task()))
                .collect(Collectors.toSet());
    }

    private void refuseUnfit(String resolved, String action) throws UnfitParamsException {
        if (resolved.length() > MOST) {
            throw new UnfitParamsException("the parameters are " + resolved.length()
                    + " characters long with the results they refer to; at most " + MOST + " are handed on");
        }
        OfferedAction offered = catalog.find(action);
        List<Fault> faults = offered == null ? List.of() : offered.check(resolved, "/action_params", Set.of());
        if (!faults.isEmpty()) {
            throw new UnfitParamsException("with the results that they refer to, the parameters do not fit: "
                    + faults.stream()
                            .map(fault -> fault.path() + " " + fault.message())
                            .collect(Collectors.joining("; ")));
        }
    }

    /** The same attempt would fail again: what it refers to does not change. */
    static final class UnfitParamsException extends Exception {
        UnfitParamsException(String message) {
            super(message);
        }
    }
}
