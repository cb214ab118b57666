package escapement.workflow.explain;

import escapement.task.TaskStatus;
import java.util.List;

/** Why a task stands where it stands, most blocking reason first. */
public record Explanation(long taskId, TaskStatus status, List<Reason> reasons) {
    public Explanation {
        reasons = List.copyOf(reasons);
    }

    /** All of it in one sentence. */
    public String summary() {
        String summary = "task " + taskId + " is " + status;
        if (!reasons.isEmpty()) {
            summary += ": " + reasons.getFirst().message();
        }
        int more = reasons.size() - 1;
        if (more > 0) {
            summary += " (and " + more + " more " + (more == 1 ? "reason)" : "reasons)");
        }
        return summary;
    }
}
