package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Actions;
import escapement.action.Outcome;
import escapement.json.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs claimed tasks, each attempt on a virtual thread of its own, never more than the limit at once. Thread-safe.
 *
 * <p>What was claimed ahead waits in a short line; how short, {@link #room} says.
 */
final class Runner {
    private static final Logger log = LoggerFactory.getLogger(Runner.class);

    private final int limit;
    private final Actions actions;
    private final Names names;
    private final AttemptNotes notes;
    private final Completions completions;
    private final Runnable onFreeSlot;
    private final RunTime runTime = new RunTime();

    // guarded by this
    private final ArrayDeque<ClaimedTask> line = new ArrayDeque<>();
    private final Set<Thread> running = new HashSet<>();
    private boolean stopped;
    private long lineMovedAt = System.nanoTime();

    /** @param onFreeSlot called when the line is nearly empty and more may be claimed */
    Runner(int limit, Actions actions, Names names, AttemptNotes notes, Completions completions, Runnable onFreeSlot) {
        this.limit = limit;
        this.actions = actions;
        this.names = names;
        this.notes = notes;
        this.completions = completions;
        this.onFreeSlot = onFreeSlot;
    }

    /** Takes claimed tasks, most urgent first, and starts as many as the limit allows. */
    synchronized void run(List<ClaimedTask> claimed) {
        if (line.isEmpty()) {
            lineMovedAt = System.nanoTime();
        }
        line.addAll(claimed);
        startWaiting();
    }

    /** How many more tasks may be claimed now: the free slots and what they run within about 20 ms. */
    synchronized int room() {
        if (stopped) {
            return 0;
        }
        int ahead = runTime.claimAhead(limit);
        return limit - running.size() - line.size() + ahead;
    }

    synchronized int running() {
        return running.size();
    }

    int limit() {
        return limit;
    }

    /** What waits in the line for longer than {@code nanos} without anything moving; taken out of it. */
    synchronized List<ClaimedTask> takeStalled(long nanos) {
        if (line.isEmpty() || System.nanoTime() - lineMovedAt < nanos) {
            return List.of();
        }
        runTime.forget(); // or the same tasks would be claimed ahead again at once
        return takeAll();
    }

    /** Starts nothing any more. @return what was not started */
    synchronized List<ClaimedTask> stop() {
        stopped = true;
        return takeAll();
    }

    /** Interrupts what still runs. */
    synchronized void interruptAll() {
        running.forEach(Thread::interrupt);
    }

    private List<ClaimedTask> takeAll() {
        List<ClaimedTask> taken = new ArrayList<>(line);
        line.clear();
        return taken;
    }

    private void startWaiting() {
        while (running.size() < limit && !line.isEmpty() && !stopped) {
            ClaimedTask task = line.remove();
            Thread thread = Thread.ofVirtual().name("task-" + task.id()).unstarted(() -> attempt(task));
            running.add(thread);
            lineMovedAt = System.nanoTime();
            thread.start();
        }
    }

    private void attempt(ClaimedTask task) {
        long startedAt = System.nanoTime();
        Outcome outcome = perform(task);
        long endedAt = System.nanoTime();
        runTime.add(endedAt - startedAt);
        // the end is handed over before the slot is given away: whoever sees a free slot also sees the end on its way
        completions.ended(task, outcome, endedAt - startedAt, endedAt);
        notes.ended(task.id(), task.attempt());
        if (release()) {
            onFreeSlot.run();
        }
    }

    /** @return whether the line is short enough to claim more */
    private synchronized boolean release() {
        running.remove(Thread.currentThread());
        startWaiting();
        return line.size() * 2 <= runTime.claimAhead(limit);
    }

    private Outcome perform(ClaimedTask task) {
        String name = names.actionName(task.action());
        Action action = actions.find(name);
        if (action == null) {
            return new Outcome.Lost("action '" + name + "' is not offered by this node");
        }
        try {
            return withSoftFailure(action, action.run(new Context(task)));
        } catch (InterruptedException e) {
            return new Outcome.Lost("interrupted because its node stopped");
        } catch (Throwable e) { // also Errors: the slot and the task must survive whatever an action throws
            log.debug("task {} attempt {} ({}) failed", task.id(), task.attempt(), name, e);
            return new Outcome.Failed(describe(e), true);
        }
    }

    /** A result that says it did not succeed is a failure, for actions that mean it so. */
    private static Outcome withSoftFailure(Action action, Outcome outcome) {
        if (action.isSuccessFalseAFailure()
                && outcome instanceof Outcome.Succeeded succeeded
                && succeeded.result() != null
                && succeeded.result().path("success").isBoolean()
                && !succeeded.result().path("success").booleanValue()) {
            JsonNode error = succeeded.result().path("error");
            return new Outcome.Failed(error.isMissingNode() ? "the result says success: false" : error.asText(), true);
        }
        return outcome;
    }

    private static String describe(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getName() : e.getClass().getName() + ": " + message;
    }

    private final class Context implements ActionContext {
        private final ClaimedTask task;
        private @Nullable JsonNode params;

        Context(ClaimedTask task) {
            this.task = task;
        }

        @Override
        public long taskId() {
            return task.id();
        }

        @Override
        public int attempt() {
            return task.attempt();
        }

        @Override
        public int failuresBefore() {
            return task.failuresBefore();
        }

        @Override
        public synchronized JsonNode params() {
            JsonNode parsed = params;
            if (parsed == null) {
                parsed = Json.parse(task.actionParams());
                params = parsed;
            }
            return parsed;
        }

        @Override
        public void log(String text) {
            notes.log(task.id(), task.attempt(), text);
        }

        @Override
        public void progress(double fraction, @Nullable String message) {
            notes.progress(task.id(), task.attempt(), fraction, message);
        }
    }
}
