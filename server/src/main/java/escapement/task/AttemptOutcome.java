package escapement.task;

/** How one attempt ended. LOST (its node died or handed it back) and SNOOZED use up none of the task's attempts. */
public enum AttemptOutcome {
    SUCCEEDED,
    FAILED,
    TIMEOUT,
    CANCELLED,
    LOST,
    SNOOZED,
    DRY_RUN
}
