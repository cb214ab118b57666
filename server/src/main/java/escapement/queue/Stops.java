package escapement.queue;

import java.util.Set;

/**
 * What may not start at the moment, by number.
 *
 * @param dryRun whether whatever starts must be a dry run
 */
record Stops(boolean everything, Set<Short> queues, Set<Short> actions, boolean dryRun) {
    Stops {
        queues = Set.copyOf(queues);
        actions = Set.copyOf(actions);
    }

    /** Whether a task that was claimed before must not start as it was claimed. */
    boolean cover(ClaimedTask task) {
        return everything
                || queues.contains(task.queue())
                || actions.contains(task.action())
                || dryRun && !task.dryRun();
    }
}
