package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Actions;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.secret.Mask;
import escapement.secret.Secrets.Opened;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
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

    /** How long an interrupted action may take to come back. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private static final Duration FENCE_EVERY = Duration.ofMillis(250);

    private final int limit;
    private final Actions actions;
    private final Names names;
    private final Params params;
    private final AttemptNotes notes;
    private final Completions completions;
    private final IntPredicate stillOurs;
    private final Runnable onFreeSlot;
    private final RunTime runTime = new RunTime();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("attempt-limits").daemon().factory());

    // guarded by this
    private final ArrayDeque<ClaimedTask> line = new ArrayDeque<>();
    private final Map<HeldTask, RunningAttempt> running = new HashMap<>();
    private boolean stopped;
    private int pauses;
    private int pausesOver;
    private long lineMovedAt = System.nanoTime();

    /**
     * @param stillOurs whether the node of this incarnation may still run what it claimed; what it may not is interrupted,
     *     since another node runs it again
     * @param onFreeSlot called when the line is nearly empty and more may be claimed
     */
    Runner(
            int limit,
            Actions actions,
            Names names,
            Params params,
            AttemptNotes notes,
            Completions completions,
            IntPredicate stillOurs,
            Runnable onFreeSlot) {
        this.limit = limit;
        this.actions = actions;
        this.names = names;
        this.params = params;
        this.notes = notes;
        this.completions = completions;
        this.stillOurs = stillOurs;
        this.onFreeSlot = onFreeSlot;
        clock.scheduleWithFixedDelay(
                this::stopWhatIsNotOurs, FENCE_EVERY.toMillis(), FENCE_EVERY.toMillis(), TimeUnit.MILLISECONDS);
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

    /** What waits in the line and is so; taken out of it. */
    synchronized List<ClaimedTask> takeWaiting(Predicate<ClaimedTask> so) {
        List<ClaimedTask> taken = line.stream().filter(so).toList();
        line.removeIf(so);
        return taken;
    }

    synchronized boolean hasWaiting() {
        return !line.isEmpty();
    }

    /** Starts nothing until this pause is over. */
    synchronized void pause() {
        pauses++;
    }

    /** Those pauses, the latest, that are not over; empty when it may start tasks. */
    synchronized OptionalInt openPauses() {
        return pauses == pausesOver ? OptionalInt.empty() : OptionalInt.of(pauses);
    }

    /** Those pauses are over; one that came since goes on. */
    synchronized void resume(int pausesSeen) {
        pausesOver = pausesSeen;
        startWaiting();
    }

    /** Starts nothing any more. @return what was not started */
    synchronized List<ClaimedTask> stop() {
        stopped = true;
        return takeAll();
    }

    /** Looks after nothing any more. */
    void close() {
        clock.shutdownNow();
    }

    /** Interrupts what still runs; its tasks run again. */
    synchronized void interruptAll() {
        running.values().forEach(attempt -> attempt.stop(new Outcome.Lost("interrupted because its node stopped")));
    }

    // by the monotonic clock and without a question to the database: a node that was frozen, or is cut off, must know
    // alone
    private void stopWhatIsNotOurs() {
        List<RunningAttempt> lost;
        synchronized (this) {
            lost = running.values().stream()
                    .filter(attempt -> !stillOurs.test(attempt.task().node()))
                    .toList();
        }
        long told = lost.stream()
                .filter(attempt -> stop(attempt, new Outcome.Lost("interrupted because its node had lost its lease")))
                .count();
        if (told > 0) {
            log.warn("the lease is lost: interrupted {} actions, which run again on a node that has one", told);
        }
    }

    /** Stops an attempt of this node on somebody's request. @return false when it is not here */
    boolean cancel(HeldTask task, String reason) {
        RunningAttempt attempt;
        synchronized (this) {
            attempt = running.get(task);
        }
        if (attempt == null) {
            return cancelInLine(task, reason);
        }
        stop(attempt, new Outcome.Cancelled(reason));
        return true;
    }

    private boolean cancelInLine(HeldTask task, String reason) {
        ClaimedTask waiting;
        synchronized (this) {
            waiting = line.stream()
                    .filter(one -> HeldTask.of(one).equals(task))
                    .findFirst()
                    .orElse(null);
            if (waiting == null) {
                return false;
            }
            line.remove(waiting);
        }
        completions.ended(waiting, new Outcome.Cancelled(reason), 0, System.nanoTime());
        return true;
    }

    /** Actions that were told to stop and did not; each still takes a slot. */
    synchronized int abandoned() {
        return (int) running.values().stream().filter(RunningAttempt::isGivenUp).count();
    }

    /** Interrupts an attempt; its task goes on even if the action does not listen. */
    private boolean stop(RunningAttempt attempt, Outcome because) {
        boolean told = attempt.stop(because);
        if (told) {
            clock.schedule(() -> giveUp(attempt), GRACE.toMillis(), TimeUnit.MILLISECONDS);
        }
        return told;
    }

    private void giveUp(RunningAttempt attempt) {
        Outcome outcome = attempt.giveUp();
        if (outcome != null) {
            ClaimedTask task = attempt.task();
            log.warn(
                    "task {} attempt {} ({}) ignores its interruption: abandoned; its slot stays taken until it ends",
                    task.id(),
                    task.attempt(),
                    names.actionName(task.action()));
            record(attempt, outcome);
        }
    }

    private List<ClaimedTask> takeAll() {
        List<ClaimedTask> taken = new ArrayList<>(line);
        line.clear();
        return taken;
    }

    private void startWaiting() {
        while (running.size() < limit && !line.isEmpty() && !stopped && pauses == pausesOver) {
            ClaimedTask next = line.remove();
            if (!stillOurs.test(next.node())) {
                completions.ended(
                        next, new Outcome.Lost("not begun: its node had lost its lease"), 0, System.nanoTime());
                continue;
            }
            RunningAttempt attempt = new RunningAttempt(next);
            running.put(HeldTask.of(attempt.task()), attempt);
            lineMovedAt = attempt.startedNanoTime();
            attempt.startOn(
                    Thread.ofVirtual().name("task-" + attempt.task().id()).unstarted(() -> run(attempt)));
        }
    }

    private void run(RunningAttempt attempt) {
        ScheduledFuture<?> limit = armLimit(attempt);
        Outcome outcome = attempt.end(perform(attempt));
        if (limit != null) {
            limit.cancel(false);
        }
        // the end is handed over before the slot is given away: whoever sees a free slot also sees the end on its way
        if (outcome != null) {
            record(attempt, outcome);
        }
        if (release(attempt)) {
            onFreeSlot.run();
        }
    }

    private @Nullable ScheduledFuture<?> armLimit(RunningAttempt attempt) {
        long millis = attempt.task().timeoutMillis();
        return millis == 0
                ? null
                : clock.schedule(
                        () -> stop(attempt, new Outcome.TimedOut(Duration.ofMillis(millis))),
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private void record(RunningAttempt attempt, Outcome outcome) {
        long endedAt = System.nanoTime();
        long nanos = endedAt - attempt.startedNanoTime();
        runTime.add(nanos);
        completions.ended(attempt.task(), MaskedOutcome.of(outcome, attempt.mask()), nanos, endedAt);
        notes.ended(attempt.task().id(), attempt.task().attempt());
    }

    /** @return whether the line is short enough to claim more */
    private synchronized boolean release(RunningAttempt attempt) {
        running.remove(HeldTask.of(attempt.task()));
        startWaiting();
        return line.size() * 2 <= runTime.claimAhead(limit);
    }

    private Outcome perform(RunningAttempt attempt) {
        ClaimedTask task = attempt.task();
        String name = names.actionName(task.action());
        Action action = actions.find(name);
        if (action == null) {
            return new Outcome.Lost("action '" + name + "' is not offered by this node");
        }
        try {
            ActionContext context = context(attempt, name);
            Outcome outcome = task.dryRun() ? DryRun.of(action, context, task.description()) : action.run(context);
            return outcome != null
                    ? withSoftFailure(action, outcome)
                    : new Outcome.Failed("the action answered null instead of an outcome", true);
        } catch (Params.UnfitParamsException e) {
            return task.dryRun()
                    ? DryRun.without(action, task.description(), e)
                    : new Outcome.Failed(String.valueOf(e.getMessage()), false);
        } catch (Throwable e) { // also Errors: the slot and the task must survive whatever an action throws
            log.debug("task {} attempt {} ({}) failed", task.id(), task.attempt(), name, e);
            return new Outcome.Failed(describe(e), true);
        }
    }

    private Context context(RunningAttempt attempt, String action) throws Params.UnfitParamsException {
        ClaimedTask task = attempt.task();
        if (!Params.areToBeResolved(task)) {
            return new Context(task, null, Mask.NONE);
        }
        Opened resolved = params.resolved(task, action);
        attempt.hide(resolved.mask());
        return new Context(task, resolved.params(), resolved.mask());
    }

    /** A result that says it did not succeed is a failure, for actions that mean it so. */
    private static Outcome withSoftFailure(Action action, Outcome outcome) {
        if (action.isSuccessFalseAFailure()
                && outcome instanceof Outcome.Succeeded succeeded
                && succeeded.result() != null
                && succeeded.result().path("success").isBoolean()
                && !succeeded.result().path("success").booleanValue()) {
            if (succeeded.result() instanceof ObjectNode object
                    && object.path("dry_run").equals(BooleanNode.TRUE)) {
                return new Outcome.DryRun(object);
            }
            JsonNode error = succeeded.result().path("error");
            return new Outcome.Failed(error.isMissingNode() ? "the result says success: false" : error.asText(), true);
        }
        return outcome;
    }

    private static String describe(Throwable e) {
        try {
            String message = e.getMessage();
            return message == null ? e.getClass().getName() : e.getClass().getName() + ": " + message;
        } catch (Throwable fromMessage) { // getMessage is the action's code too
            return e.getClass().getName();
        }
    }

    private final class Context implements ActionContext {
        private final ClaimedTask task;
        private final Mask mask;
        private @Nullable JsonNode params;

        /** @param params null: those of the task as they are @param mask of what it says */
        Context(ClaimedTask task, @Nullable JsonNode params, Mask mask) {
            this.task = task;
            this.params = params;
            this.mask = mask;
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
            notes.log(task.id(), task.attempt(), mask.text(text));
        }

        @Override
        public void progress(double fraction, @Nullable String message) {
            notes.progress(task.id(), task.attempt(), fraction, message == null ? null : mask.text(message));
        }
    }
}
