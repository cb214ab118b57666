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
    public Outcome run(ActionContext context) throws InterruptedException {
        JsonNode milliseconds = context.params().path("milliseconds");
        if (!milliseconds.isIntegralNumber() || !milliseconds.canConvertToLong() || milliseconds.longValue() < 0) {
            return new Outcome.Failed(
                    "parameter 'milliseconds' must be a whole number of at least 0, got " + milliseconds, false);
        }
        Thread.sleep(milliseconds.longValue());
        return new Outcome.Succeeded(null);
    }
}
