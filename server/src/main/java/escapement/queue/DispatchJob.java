package escapement.queue;

import org.quartz.Job;
import org.quartz.JobExecutionContext;

/**
 * Fired by Quartz's clustered trigger on one node every second: does what is left to do (see {@link Tick}).
 *
 * <p>A guarantee, not the way of work: nodes are woken by submits and ends long before. Quartz does not keep two from running
 * at once, for that costs a quarter of an idle server's statements; {@link Tick} does.
 */
public final class DispatchJob implements Job {
    private final Runnable tick;

    public DispatchJob(Runnable tick) {
        this.tick = tick;
    }

    @Override
    public void execute(JobExecutionContext context) {
        tick.run();
    }
}
