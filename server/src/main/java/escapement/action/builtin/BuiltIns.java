package escapement.action.builtin;

import escapement.action.Action;
import java.util.List;

/** The list of what every installation offers. */
public final class BuiltIns {
    private BuiltIns() {}

    public static List<Action> all() {
        return List.of(new EchoAction(), new SleepAction(), new FailAction());
    }
}
