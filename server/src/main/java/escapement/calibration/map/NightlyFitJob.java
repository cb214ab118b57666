package escapement.calibration.map;

import org.quartz.DisallowConcurrentExecution;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Fired by Quartz's clustered trigger on one node every night. */
@DisallowConcurrentExecution
public final class NightlyFitJob implements Job {
    private final Maps maps;

    public NightlyFitJob(Maps maps) {
        this.maps = maps;
    }

    @Override
    public void execute(JobExecutionContext context) {
        maps.fitNightly();
    }
}
