package escapement.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.DialectId;
import escapement.action.Action;
import escapement.action.Actions;
import escapement.json.Fault;
import escapement.json.Json;
import escapement.json.Storable;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A compiled JSON Schema (draft 2020-12) of an action's parameters. Thread-safe. */
public final class ParamsSchema {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final @Nullable Schema schema; // null accepts any object

    private ParamsSchema(@Nullable Schema schema) {
        this.schema = schema;
    }

    /** Looks at the schemas of actions before a task does. @throws IllegalArgumentException naming the first that is none */
    public static void refuseBroken(Actions actions) {
        actions.all().forEach(ParamsSchema::refuseBroken);
    }

    private static void refuseBroken(Action action) {
        try {
            JsonNode schema = action.paramsSchema();
            List<Error> errors = REGISTRY.getSchema(SchemaLocation.of(DialectId.DRAFT_2020_12))
                    .validate(schema);
            if (!errors.isEmpty()) {
                throw new SchemaException(errors.getFirst().toString());
            }
            REGISTRY.getSchema(schema).initializeValidators();
        } catch (RuntimeException e) { // also what the action or a regular expression throws
            throw new IllegalArgumentException(
                    "the parameter schema of action '" + action.name() + "' is no JSON Schema: " + e.getMessage(), e);
        }
    }

    static ParamsSchema of(@Nullable String text) {
        return text == null || Json.parse(text).isEmpty()
                ? new ParamsSchema(null)
                : new ParamsSchema(REGISTRY.getSchema(Json.parse(text)));
    }

    /**
     * What is wrong with parameters, as far as it can be told.
     *
     * @param references JSON Pointers to what in {@code params} stands for a value unknown yet: each counts as given and right
     */
    List<Fault> check(String params, String path, Set<String> references) {
        if (schema == null) {
            return List.of();
        }
        return schema.validate(Json.parse(params)).stream()
                .filter(error -> Certainty.isCertain(error, references))
                .map(error -> fault(error, path))
                .toList();
    }

    private static Fault fault(Error error, String path) {
        String value =
                error.getInstanceNode() == null || error.getInstanceNode().isContainerNode()
                        ? null
                        : Storable.shorten(error.getInstanceNode().asText());
        String property = error.getProperty() == null ? "" : "/" + Storable.escape(error.getProperty());
        return new Fault(path + error.getInstanceLocation() + property, value, error.getMessage());
    }
}
