package escapement.retry;

import java.util.function.LongConsumer;
import org.quartz.Job;
import org.quartz.JobExecutionContext;

/** Fired by a due slot's one-shot trigger: makes what is due ready and wakes the nodes. */
public final class RetryJob implements Job {
    /** Slots. */
    private static final int LATE = 20;

    private final Runnable release;
    private final LongConsumer forgetBefore;

    /**
     * @param release makes all that is due ready
     * @param forgetBefore drops the triggers of slots before this one: one look serves them all
     */
    public RetryJob(Runnable release, LongConsumer forgetBefore) {
        this.release = release;
        this.forgetBefore = forgetBefore;
    }

    @Override
    public void execute(JobExecutionContext context) {
        // by its name: a misfired trigger has been given a new time and looks punctual
        long ownSlot = Long.parseLong(context.getTrigger().getKey().getName());
        long slot = RetryTriggers.slotNow();
        release.run();
        if (slot - ownSlot > LATE) {
            forgetBefore.accept(slot); // after an outage thousands may be overdue; each would fire for nothing
        }
    }
}
