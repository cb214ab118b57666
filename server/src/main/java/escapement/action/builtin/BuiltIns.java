package escapement.action.builtin;

import escapement.action.Action;
import java.util.List;

/** What every installation offers, however it is set up. */
public final class BuiltIns {
    private BuiltIns() {}

    /** @param httpAllowed where {@code http_request} may go */
    public static List<Action> all(HttpAllowList httpAllowed) {
        return List.of(new EchoAction(), new SleepAction(), new FailAction(), new HttpRequestAction(httpAllowed));
    }
}
