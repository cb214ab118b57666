package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.ActionContext;
import escapement.action.DryRunnable;
import escapement.action.Outcome;
import escapement.action.RiskLevel;

/** A sample plug-in: turns a text around. See README.md beside it. */
public final class ReverseAction implements DryRunnable {
    @Override
    public String name() {
        return "reverse";
    }

    @Override
    public String description() {
        return "Turns the parameter 'text' around.";
    }

    /** Checked when a task is submitted: run() can rely on it. */
    @Override
    public JsonNode paramsSchema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object").put("additionalProperties", false);
        schema.putArray("required").add("text");
        schema.putObject("properties").putObject("text").put("type", "string").put("maxLength", 10_000);
        return schema;
    }

    /** It only reads; a task may still say that it is riskier. */
    @Override
    public RiskLevel minimumRisk() {
        return RiskLevel.LOW;
    }

    @Override
    public Outcome run(ActionContext context) {
        String text = context.params().get("text").asText();
        context.log("turning " + text.length() + " characters around");
        String reversed = new StringBuilder(text).reverse().toString();
        return new Outcome.Succeeded(JsonNodeFactory.instance.textNode(reversed));
    }

    /** What a dry run is asked for instead of run(); an action without it implements Action. */
    @Override
    public Outcome dryRun(ActionContext context) {
        ObjectNode plan = JsonNodeFactory.instance.objectNode();
        plan.put("would_turn", context.params().get("text").asText());
        return new Outcome.DryRun(plan);
    }
}
