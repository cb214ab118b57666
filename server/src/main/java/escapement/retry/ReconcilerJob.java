package escapement.retry;

import java.time.Duration;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/**
 * Fired by Quartz's clustered trigger on one node every 30 seconds: arms what is due soon and has no trigger, because its
 * time was far when it was stored or its node died between the commit and the arming.
 */
@DisallowConcurrentExecution
public final class ReconcilerJob implements Job {
    private static final Duration HORIZON = Duration.ofSeconds(60);

    private final DueStore due;
    private final RetryTriggers triggers;

    public ReconcilerJob(DueStore due, RetryTriggers triggers) {
        this.due = due;
        this.triggers = triggers;
    }

    @Override
    public void execute(JobExecutionContext context) {
        runOnce();
    }

    public void runOnce() {
        due.soon(HORIZON).forEach(triggers::dueIn);
    }
}
