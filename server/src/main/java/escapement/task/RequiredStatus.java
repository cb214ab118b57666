package escapement.task;

/** How an upstream task must end for its dependent to go on. */
public enum RequiredStatus {
    COMPLETED,
    FAILED,
    SKIPPED,
    CANCELLED,
    /** It has ended, however. */
    ANY;

    public boolean isMetBy(TaskStatus end) {
        return this == ANY ? end.isTerminal() : end.name().equals(name());
    }
}
