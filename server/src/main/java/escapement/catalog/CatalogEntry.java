package escapement.catalog;

import escapement.action.RiskLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An action as the cluster knows it.
 *
 * @param paramsSchema JSON Schema of the parameters, as text
 * @param nodes the names of the live nodes that offer it; empty while none does
 */
public record CatalogEntry(
        String name,
        @Nullable String description, // null for a name that no node ever offered
        @Nullable String paramsSchema,
        RiskLevel minimumRisk,
        boolean softFailure,
        boolean dryRun, // whether it can say what it would do
        List<String> nodes) {}
