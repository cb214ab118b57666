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
import escapement.secret.Mask;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A compiled JSON Schema (draft 2020-12) of an action's parameters. Thread-safe. */
public final class ParamsSchema {
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final @Nullable Schema schema; // null accepts any object
    private final SensitiveFields sensitive;

    private ParamsSchema(@Nullable Schema schema, JsonNode text) {
        this.schema = schema;
        this.sensitive = new SensitiveFields(text);
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
            SensitiveFields.refuseUnsupported(schema);
        } catch (RuntimeException e) { // also what the action or a regular expression throws
            throw new IllegalArgumentException(
                    "the parameter schema of action '" + action.name() + "' is no JSON Schema: " + e.getMessage(), e);
        }
    }

    static ParamsSchema of(@Nullable String text) {
        JsonNode schema = text == null ? Json.nodes().objectNode() : Json.parse(text);
        return new ParamsSchema(schema.isEmpty() ? null : REGISTRY.getSchema(schema), schema);
    }

    /** JSON Pointers to the parameters that the schema marks {@code writeOnly}. */
    Set<String> sensitive(String params) {
        return sensitive.isEmpty() ? Set.of() : sensitive.in(Json.parse(params));
    }

    /**
     * What is wrong with parameters, as far as it can be told.
     *
     * @param references JSON Pointers to what in {@code params} stands for a value unknown yet: each counts as given and right
     */
    List<Fault> check(String params, String path, Set<String> references) {
        return check(params, path, references, Set.of());
    }

    /** @param texts those of the references that stand for a text, whichever it is */
    List<Fault> check(String params, String path, Set<String> references, Set<String> texts) {
        if (schema == null) {
            return List.of();
        }
        JsonNode parsed = Json.parse(params);
        List<Error> errors = schema.validate(parsed).stream()
                .filter(error -> Certainty.isCertain(error, references) || Certainty.isNoText(error, texts))
                .toList();
        Set<String> hidden = errors.isEmpty() ? Set.of() : sensitive.in(parsed);
        return errors.stream().map(error -> fault(error, path, hidden)).toList();
    }

    private static Fault fault(Error error, String path, Set<String> hidden) {
        String place = error.getInstanceLocation().toString();
        String value =
                error.getInstanceNode() == null || error.getInstanceNode().isContainerNode()
                        ? null
                        : hidden.stream().anyMatch(above -> Certainty.isAtOrBelow(place, above))
                                ? Mask.HIDDEN
                                : Storable.shorten(error.getInstanceNode().asText());
        String property = error.getProperty() == null ? "" : "/" + Storable.escape(error.getProperty());
        return new Fault(path + error.getInstanceLocation() + property, value, error.getMessage());
    }
}
