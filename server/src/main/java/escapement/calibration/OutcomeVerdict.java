package escapement.calibration;

/** What a person says of an outcome; the names are those of the database. */
public enum OutcomeVerdict {
    CORRECT,
    WRONG,
    /** It was undone since, so it counts as wrong. */
    REVERTED
}
