package escapement.task;

/** How urgent a task is; the first is claimed first. {@link #BACKGROUND} runs last, and does run. */
public enum Priority {
    CRITICAL,
    HIGH,
    MEDIUM,
    LOW,
    BACKGROUND
}
