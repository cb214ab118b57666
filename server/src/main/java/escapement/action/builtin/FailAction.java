package escapement.action.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;

/** Fails with {@code message}: always, or on the first {@code times} attempts only. */
public final class FailAction implements Action {
    @Override
    public String name() {
        return "fail";
    }

    @Override
    public String description() {
        return "Fails with the parameter 'message', always or on the first 'times' attempts only.";
    }

    @Override
    public JsonNode paramsSchema() {
        return Schemas.parse("""
                {"type": "object", "additionalProperties": false,
                 "properties": {"message": {"type": "string", "description": "the error to report"},
                                "times": {"type": "integer", "minimum": 0, "description": "attempts that fail; absent: all"}}}
                """);
    }

    @Override
    public Outcome run(ActionContext context) {
        if (context.failuresBefore() >= context.params().path("times").asInt(Integer.MAX_VALUE)) {
            return new Outcome.Succeeded(null);
        }
        return new Outcome.Failed(context.params().path("message").asText("failed as asked"), true);
    }
}
