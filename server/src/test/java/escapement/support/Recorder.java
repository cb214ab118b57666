package escapement.support;

import escapement.action.Action;
import escapement.action.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Offers the actions {@code record}, which notes its parameter {@code name} and goes on at once, {@code hold}, which notes it
 * and waits until it may go on, and {@code stumble}, which notes it and fails. Remembers how many ran at once. Thread-safe.
 */
public final class Recorder {
    private final Semaphore permits = new Semaphore(0);

    // guarded by this
    private final List<String> started = new ArrayList<>();
    private int running;
    private int peak;

    public Action[] actions() {
        return new Action[] {
            new TestAction("record", context -> {
                enter(context.params().path("name").asText());
                leave();
                return new Outcome.Succeeded(null);
            }),
            new TestAction("hold", context -> {
                enter(context.params().path("name").asText());
                try {
                    permits.acquire();
                } finally {
                    leave();
                }
                return new Outcome.Succeeded(null);
            }),
            new TestAction("stumble", context -> {
                enter(context.params().path("name").asText());
                leave();
                return new Outcome.Failed("as it is meant to", true);
            })
        };
    }

    /** Lets everything that holds, and will hold, go on. */
    public void release() {
        permits.release(1_000_000);
    }

    /** Lets as many go on. */
    public void release(int attempts) {
        permits.release(attempts);
    }

    /** The names in the order their attempts began. */
    public synchronized List<String> started() {
        return List.copyOf(started);
    }

    /** Most attempts that ran at the same moment. */
    public synchronized int peak() {
        return peak;
    }

    public synchronized int running() {
        return running;
    }

    private synchronized void enter(String name) {
        started.add(name);
        running++;
        peak = Math.max(peak, running);
    }

    private synchronized void leave() {
        running--;
    }
}
