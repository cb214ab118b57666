package escapement.state;

/** What became of a task of a file. */
public enum Verdict {
    /** It is here already, or it has ended and is kept as it ended: nothing runs. */
    KEPT,
    /** It is to run, as any task that was submitted. */
    RESTORED,
    /** It FAILED with attempts left: a person's retry makes them. */
    RESUMABLE,
    /** It is not taken over, for a reason. */
    REFUSED
}
