package escapement.workflow.explain;

import escapement.task.RequiredStatus;
import escapement.task.TaskStatus;

/** Whether a dependency can still be met. */
enum Outlook {
    IMPOSSIBLE,
    NEEDS_PERSON,
    OPEN;

    /** Of an upstream that has ended otherwise than required: COMPLETED work never runs again, the rest may be retried. */
    static Outlook after(TaskStatus end, RequiredStatus required) {
        if (required.isMetBy(end)) {
            return OPEN;
        }
        return end == TaskStatus.COMPLETED ? IMPOSSIBLE : NEEDS_PERSON;
    }
}
