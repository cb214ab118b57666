package escapement.action;

/** How much harm the action can do: LOW reads, MEDIUM can be undone, HIGH cannot. */
public enum RiskLevel {
    LOW,
    MEDIUM,
    HIGH;

    /** The higher of the two. */
    public RiskLevel atLeast(RiskLevel other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
