package escapement.action.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;

/** Answers its parameter {@code value}: for trying things out. */
public final class EchoAction implements Action {
    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String description() {
        return "Returns the parameter 'value' as the result.";
    }

    @Override
    public JsonNode paramsSchema() {
        return Schemas.parse("""
                {"type": "object", "properties": {"value": {"description": "what to return; anything"}},
                 "additionalProperties": false}
                """);
    }

    @Override
    public Outcome run(ActionContext context) {
        return new Outcome.Succeeded(context.params().get("value"));
    }
}
