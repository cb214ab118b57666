package escapement.watchdog;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Fired by Quartz's clustered trigger on one node every hour. */
@DisallowConcurrentExecution
public final class HousekeepingJob implements Job {
    private final Housekeeping housekeeping;

    public HousekeepingJob(Housekeeping housekeeping) {
        this.housekeeping = housekeeping;
    }

    @Override
    public void execute(JobExecutionContext context) {
        housekeeping.runOnce();
    }
}
