package escapement.migrations;

import org.jspecify.annotations.Nullable;

/** The embedded PostgreSQL cannot run; the message is one sentence for a person. */
public final class EmbeddedPostgresException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EmbeddedPostgresException(String message) {
        this(message, null);
    }

    EmbeddedPostgresException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
