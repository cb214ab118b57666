package escapement.access;

import java.util.Optional;

/** What a check of the audit trail found. @param chained how many rows are in order @param adopted how many others are vouched for */
public record AuditReport(long chained, long adopted, AuditHead head, Optional<Fault> fault) {
    /** The first thing that is wrong. @param sentence names the row and says what is known of it */
    public record Fault(Kind kind, String sentence) {}

    /** What was done to the trail. */
    public enum Kind {
        CHANGED,
        DELETED,
        SWAPPED,
        TAIL_MISSING,
        INSERTED,
        NOT_CHAINED,
        HEAD_CHANGED
    }
}
