package escapement.task;

/** Where a task stands. The names are the same in SQL, JSON, Java and on the page. */
public enum TaskStatus {
    /** Waits for other tasks, for its branch to be taken, or for its action to be registered: the reason says which. */
    BLOCKED,
    /** Waits for a time: its first run or the end of a back-off. */
    SCHEDULED,
    /** Ready; any node may claim it. */
    PENDING,
    /** Held by the gate for a person. */
    DEFERRED,
    /** Claimed by a node. */
    IN_PROGRESS,
    COMPLETED,
    FAILED,
    SKIPPED,
    CANCELLED;

    /** Whether the task has ended; only a person's retry leaves such a status. */
    public boolean isTerminal() {
        return switch (this) {
            case COMPLETED, FAILED, SKIPPED, CANCELLED -> true;
            case BLOCKED, SCHEDULED, PENDING, DEFERRED, IN_PROGRESS -> false;
        };
    }
}
