package escapement.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.DryRunnable;
import escapement.action.Outcome;
import escapement.json.Json;
import org.jspecify.annotations.Nullable;

/** An attempt that only says what it would do: its action is asked for a plan if it can make one, and never run. */
final class DryRun {
    private DryRun() {}

    /** @param description of the task; null for none */
    static Outcome of(Action action, ActionContext context, @Nullable String description) throws Exception {
        if (!(action instanceof DryRunnable planner)) {
            return new Outcome.DryRun(notExecuted(action, description));
        }
        Outcome outcome = planner.dryRun(context);
        return outcome instanceof Outcome.Succeeded succeeded ? Outcome.DryRun.of(succeeded.result()) : outcome;
    }

    /** When there is nothing to plan with: another dry run returned no result that the parameters could be taken from. */
    static Outcome without(Action action, @Nullable String description, Exception why) {
        return new Outcome.DryRun(notExecuted(action, description).put("unresolved", why.getMessage()));
    }

    private static ObjectNode notExecuted(Action action, @Nullable String description) {
        String what = description == null || description.isBlank() ? action.name() : description;
        return Json.nodes().objectNode().put("message", "Dry-run mode: " + what + " not executed");
    }
}
