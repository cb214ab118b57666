package escapement.doctor;

/** What stands between us and the database. */
public enum Pooling {
    /** Nothing. */
    NONE,
    /** A pooler that keeps one connection for one session. */
    SESSION,
    /** A pooler that hands connections on between transactions. */
    TRANSACTION
}
