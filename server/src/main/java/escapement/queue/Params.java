package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.catalog.Catalog;
import escapement.catalog.Catalog.OfferedAction;
import escapement.db.Database;
import escapement.json.Fault;
import escapement.json.Json;
import escapement.reference.References;
import escapement.reference.UnresolvedReferenceException;
import escapement.secret.Mask;
import escapement.secret.SecretException;
import escapement.secret.Secrets;
import escapement.secret.Secrets.Opened;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The parameters that an attempt runs with: secrets put in place, and references to results of other tasks replaced by what
 * these returned. Thread-safe.
 */
final class Params {
    /** Characters of JSON: a hundred references to a megabyte each would be too much to hand on. */
    private static final int MOST = 4_000_000;

    private final ResultStore results;
    private final Catalog catalog;
    private final Secrets secrets;

    Params(Database database, Catalog catalog, Secrets secrets) {
        this.results = new ResultStore(database);
        this.catalog = catalog;
        this.secrets = secrets;
    }

    /** Whether something is to be put in place; most parameters are what they are. */
    static boolean areToBeResolved(ClaimedTask task) {
        return task.hasReferences() || Secrets.mayBeIn(task.actionParams());
    }

    /** As {@link #resolved(ClaimedTask, String)}, of a task that waits; parameters with nothing to resolve stay as they are. */
    Opened resolved(String actionParams, String action) throws UnfitParamsException {
        boolean hasReferences = !References.find(Json.parse(actionParams), "", new ArrayList<>())
                .isEmpty();
        return hasReferences || Secrets.mayBeIn(actionParams)
                ? resolved(actionParams, hasReferences, action)
                : new Opened(Json.parse(actionParams), Mask.NONE);
    }

    /** @throws UnfitParamsException when a reference or secret finds nothing, or its value does not fit the action */
    Opened resolved(ClaimedTask task, String action) throws UnfitParamsException {
        return resolved(task.actionParams(), task.hasReferences(), action);
    }

    private Opened resolved(String actionParams, boolean hasReferences, String action) throws UnfitParamsException {
        Opened opened;
        try {
            // before the results: what another task returned must not choose a secret
            opened = secrets.open(action, Json.parse(actionParams));
        } catch (SecretException e) {
            throw new UnfitParamsException(String.valueOf(e.getMessage()));
        }
        try {
            JsonNode resolved = hasReferences ? withResults(opened.params()) : opened.params();
            refuseUnfit(Json.write(resolved), action);
            return new Opened(resolved, opened.mask());
        } catch (UnfitParamsException e) {
            throw new UnfitParamsException(opened.mask().text(String.valueOf(e.getMessage())));
        }
    }

    private JsonNode withResults(JsonNode params) throws UnfitParamsException {
        Map<String, JsonNode> known = results.of(upstreams(params));
        try {
            return References.resolve(params, known::get);
        } catch (UnresolvedReferenceException e) {
            throw new UnfitParamsException(String.valueOf(e.getMessage()));
        }
    }

    private static Set<Long> upstreams(JsonNode params) {
        return References.find(params, "", new ArrayList<>()).stream()
                .map(reference -> Long.parseLong(reference.task()))
                .collect(Collectors.toSet());
    }

    private void refuseUnfit(String resolved, String action) throws UnfitParamsException {
        if (resolved.length() > MOST) {
            throw new UnfitParamsException("the parameters are " + resolved.length()
                    + " characters long with what they refer to; at most " + MOST + " are handed on");
        }
        OfferedAction offered = catalog.find(action);
        List<Fault> faults = offered == null ? List.of() : offered.check(resolved, "/action_params", Set.of());
        if (!faults.isEmpty()) {
            throw new UnfitParamsException("with what they refer to, the parameters do not fit: "
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
