package escapement.calibration.map;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Fired by Quartz's clustered trigger on one node every hour. */
@DisallowConcurrentExecution
public final class DriftJob implements Job {
    private final DriftWatch watch;

    public DriftJob(DriftWatch watch) {
        this.watch = watch;
    }

    @Override
    public void execute(JobExecutionContext context) {
        watch.look();
    }
}
