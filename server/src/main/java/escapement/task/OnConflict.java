package escapement.task;

/** What to do with a task whose idempotency key is taken. */
public enum OnConflict {
    /** Answer with the task that has the key, if it was asked for in the same words. */
    RETURN,
    REJECT,
    /** Cancel the task that has the key, unless it has started, and take its place. */
    REPLACE
}
