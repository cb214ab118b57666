package escapement.queue;

import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;
import escapement.support.TestAction;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Offers the action {@code verdict}, each attempt of which ends when the test says so, and as it says. Thread-safe. */
final class Verdicts {
    private final Map<Start, CompletableFuture<Outcome>> given = new ConcurrentHashMap<>();
    private final Set<Start> held = ConcurrentHashMap.newKeySet();

    Action action() {
        return new TestAction("verdict", this::hold);
    }

    private Outcome hold(ActionContext context) throws Exception {
        Start start = new Start(context.taskId(), context.attempt());
        CompletableFuture<Outcome> verdict = given(start);
        held.add(start);
        try {
            return verdict.get();
        } finally {
            held.remove(start);
        }
    }

    /** Ends an attempt. From here on it does not count as held any more. */
    void give(long task, int attempt, Outcome outcome) {
        Start start = new Start(task, attempt);
        held.remove(start);
        given(start).complete(outcome);
    }

    /** Whether this attempt has begun and waits for its verdict. */
    boolean isHeld(long task, int attempt) {
        return held.contains(new Start(task, attempt));
    }

    private CompletableFuture<Outcome> given(Start start) {
        return given.computeIfAbsent(start, absent -> new CompletableFuture<>());
    }

    private record Start(long task, int attempt) {}
}
