package escapement.access;

import escapement.db.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The page's sign-ins: a session stands for the token it was opened with, for some hours, and ends with it. Thread-safe.
 */
public final class Sessions {
    private static final Duration LENGTH = Duration.ofHours(12);

    private final Database database;
    private final Tokens tokens;
    private final SessionStore store = new SessionStore();

    public Sessions(Database database, Tokens tokens) {
        this.database = database;
        this.tokens = tokens;
    }

    /** Opens a session with a token's secret. @return empty when the token is not in force any more */
    public Optional<Opened> open(String secret) {
        Secret id = Secret.ofSession();
        return database.inTransaction(tx -> {
            store.forgetExpired(tx);
            return store.open(tx, id, Secret.hash(secret), LENGTH).map(until -> new Opened(id, until));
        });
    }

    /** Whose session this is. */
    public Recognition recognise(String id) {
        Optional<Token> token = store.byHash(database.jooq(), Secret.hash(id));
        return token.isPresent()
                ? tokens.used(token.get())
                : new Recognition.Unknown("the session has ended: sign in again");
    }

    public void close(String id) {
        store.close(database.jooq(), Secret.hash(id));
    }

    /** A session with its id, which only the browser keeps. */
    public record Opened(Secret id, Instant expiresAt) {}
}
