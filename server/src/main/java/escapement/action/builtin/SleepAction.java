package escapement.action.builtin;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;

/** Waits {@code milliseconds}, then succeeds. */
public final class SleepAction implements Action {
    @Override
    public String name() {
        return "sleep";
    }

    @Override
    public String description() {
        return "Waits the parameter 'milliseconds', then succeeds.";
    }

    @Override
    public JsonNode paramsSchema() {
        return Schemas.parse("""
                {"type": "object", "required": ["milliseconds"], "additionalProperties": false,
                 "properties": {"milliseconds": {"type": "integer", "minimum": 0, "maximum": 86400000,
                                                 "description": "how long to wait"}}}
                """);
    }

    @Override
    public Outcome run(ActionContext context) throws InterruptedException {
        Thread.sleep(context.params().path("milliseconds").asLong());
        return new Outcome.Succeeded(null);
    }
}
