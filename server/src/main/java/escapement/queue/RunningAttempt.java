package escapement.queue;

import escapement.action.Outcome;
import escapement.secret.Mask;
import org.jspecify.annotations.Nullable;

/** One attempt on its thread. Decides between what the action says and why it was told to stop. Thread-safe. */
final class RunningAttempt {
    private final ClaimedTask task;
    private final long startedNanoTime = System.nanoTime();
    private @Nullable Thread thread;
    private @Nullable Outcome stoppedBecause;
    private boolean over;
    private volatile Mask mask = Mask.NONE;

    RunningAttempt(ClaimedTask task) {
        this.task = task;
    }

    ClaimedTask task() {
        return task;
    }

    long startedNanoTime() {
        return startedNanoTime;
    }

    /** What is hidden in whatever the action says. */
    Mask mask() {
        return mask;
    }

    void hide(Mask values) {
        mask = values;
    }

    synchronized void startOn(Thread thread) {
        this.thread = thread;
        thread.start();
    }

    /** Tells the action to stop. The first reason stands. @return false when it has ended or was told before */
    synchronized boolean stop(Outcome because) {
        if (over || stoppedBecause != null) {
            return false;
        }
        stoppedBecause = because;
        if (thread != null) {
            thread.interrupt();
        }
        return true;
    }

    /**
     * The action has come back.
     *
     * @return what to record: its success even if it was told to stop, for the work is done; else why it was stopped; null
     *     when the attempt was given up before
     */
    synchronized @Nullable Outcome end(Outcome own) {
        if (over) {
            return null;
        }
        over = true;
        boolean isDone = own instanceof Outcome.Succeeded || own instanceof Outcome.DryRun;
        return stoppedBecause == null || isDone ? own : stoppedBecause;
    }

    /** Stops waiting for an action that does not stop. @return what to record; null when it has ended after all */
    synchronized @Nullable Outcome giveUp() {
        if (over) {
            return null;
        }
        over = true;
        return stoppedBecause;
    }

    synchronized boolean isGivenUp() {
        return over;
    }
}
