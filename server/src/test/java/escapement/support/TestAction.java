package escapement.support;

import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;

/** An action made of a name and what it does. */
public record TestAction(String name, Body body) implements Action {
    /** One that does nothing. */
    public static TestAction noop(String name) {
        return new TestAction(name, context -> new Outcome.Succeeded(null));
    }

    @Override
    public String description() {
        return "For tests.";
    }

    @Override
    public Outcome run(ActionContext context) throws Exception {
        return body.run(context);
    }

    /** What an attempt does. */
    @FunctionalInterface
    public interface Body {
        Outcome run(ActionContext context) throws Exception;
    }
}
