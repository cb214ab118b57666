package escapement.watchdog;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Fired by Quartz's clustered trigger on one node every ten minutes. */
@DisallowConcurrentExecution
public final class RetentionJob implements Job {
    private final Retention retention;

    public RetentionJob(Retention retention) {
        this.retention = retention;
    }

    @Override
    public void execute(JobExecutionContext context) {
        retention.runOnce();
    }
}
