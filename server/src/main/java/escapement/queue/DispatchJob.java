package escapement.queue;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/**
 * Fired by Quartz's clustered trigger on one node every second: makes what is due ready and wakes every node.
 *
 * <p>A guarantee, not the way of work: nodes are woken by submits and ends long before.
 */
@DisallowConcurrentExecution
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
