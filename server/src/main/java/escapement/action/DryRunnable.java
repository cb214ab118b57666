package escapement.action;

/**
 * An action that can say what it would do without doing it. A dry run asks it for that; of any other action a dry run only
 * says that it was not executed.
 */
public interface DryRunnable extends Action {
    /**
     * Says what {@link #run} would do, and changes nothing anywhere. Called in its place, on a thread of the same kind.
     *
     * @return {@link Outcome.DryRun} with the plan, or whatever else keeps the attempt from having one; a plan that is no
     *     JSON object may come as {@link Outcome.Succeeded}. What is thrown counts as a failure, as in {@link #run}
     * @throws InterruptedException when the attempt is to stop: pass it on
     */
    Outcome dryRun(ActionContext context) throws Exception;
}
