package escapement.task;

/** What becomes of a task when one of its upstream tasks ended otherwise than required. */
public enum OnDependencyFailure {
    /** It stays BLOCKED: retrying the upstream repairs it. */
    BLOCK,
    /** It ends SKIPPED, with a reason that names the upstream. */
    SKIP
}
