package escapement;

import com.fasterxml.jackson.databind.node.TextNode;
import escapement.action.Action;
import escapement.action.Outcome;
import escapement.support.TestAction;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What a badly written action may do to its node. */
final class HostileActions {
    private HostileActions() {}

    static List<Action> all() {
        return List.of(
                new TestAction("poison", _ -> {
                    Runtime.getRuntime().halt(137);
                    return new Outcome.Succeeded(null);
                }),
                new TestAction("hog", _ -> {
                    byte[] all = {1};
                    while (true) {
                        all = Arrays.copyOf(all, 2 * all.length);
                    }
                }),
                new TestAction("deaf", context -> {
                    long end = System.nanoTime()
                            + context.params().path("milliseconds").asLong() * 1_000_000;
                    while (System.nanoTime() < end) {
                        LockSupport.parkNanos(1_000_000); // comes back at once when interrupted, and goes on
                    }
                    return new Outcome.Succeeded(null);
                }),
                new TestAction("error", _ -> {
                    throw new NoClassDefFoundError("not a plain exception");
                }),
                new TestAction("overflow", _ -> new Outcome.Succeeded(new TextNode(deeper(0)))),
                new TestAction("huge", _ -> new Outcome.Succeeded(new TextNode("x".repeat(5_000_000)))));
    }

    private static String deeper(int depth) {
        return depth < 0 ? "" : deeper(depth + 1) + depth;
    }
}
