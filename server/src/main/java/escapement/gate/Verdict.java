package escapement.gate;

/** What a person says of a held task; the names are those of the database. */
public enum Verdict {
    APPROVE,
    APPROVE_DRY_RUN,
    REJECT
}
