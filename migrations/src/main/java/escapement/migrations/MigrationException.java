package escapement.migrations;

/** The database cannot be brought to the schema of this version; the message is one sentence for a person. */
public final class MigrationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MigrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
