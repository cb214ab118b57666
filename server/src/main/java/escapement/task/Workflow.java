package escapement.task;

/** Tasks that share a {@code workflow_id}. */
public final class Workflow {
    private Workflow() {}

    /** A task that names no workflow is one of its own, called after its id. @return that id; 0 for a name that is no id */
    public static long ownTask(String workflowId) {
        try {
            return Long.parseLong(workflowId);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
