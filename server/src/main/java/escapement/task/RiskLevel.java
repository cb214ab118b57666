package escapement.task;

/** How much harm the action can do: LOW reads, MEDIUM can be undone, HIGH cannot. */
public enum RiskLevel {
    LOW,
    MEDIUM,
    HIGH
}
