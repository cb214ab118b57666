package escapement.access;

import escapement.access.TokenStore.Found;
import escapement.db.Database;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for something: tokens are made, shown, rotated, revoked and recognised. Every change is audited, never with
 * the secret.
 *
 * <p>Recognising asks the database each time, so what one node revokes no other lets in afterwards. Thread-safe.
 */
public final class Tokens {
    private final Database database;
    private final TokenStore store = new TokenStore();
    private final SessionStore sessions = new SessionStore();
    private final AuditStore audit = new AuditStore();

    public Tokens(Database database) {
        this.database = database;
    }

    /** Makes a token. */
    public Issued create(Principal principal, NewToken wanted, @Nullable String reason) {
        principal.require(Role.ADMIN);
        Secret secret = Secret.ofToken();
        return database.inTransaction(tx -> {
            Token token = store.insert(tx, wanted, principal.name(), secret);
            audit.record(tx, principal, change("token.create", token, reason).values(null, TokenJson.text(token)));
            return new Issued(token, secret);
        });
    }

    /** Makes the token that others are made with, where there has never been one. */
    public Optional<Issued> createFirst() {
        Secret secret = Secret.ofToken();
        return database.inTransaction(tx -> {
            store.lock(tx); // or two nodes that start at once would each make one
            if (store.any(tx)) {
                return Optional.empty();
            }
            NewToken first = new NewToken(
                    "admin", List.of(Role.ADMIN, Role.APPROVER), List.of(), Duration.ofDays(NewToken.DEFAULT_DAYS));
            Token token = store.insert(tx, first, Principal.SERVER.name(), secret);
            audit.record(
                    tx,
                    Principal.SERVER,
                    change("token.create", token, "the first start that asks for tokens")
                            .values(null, TokenJson.text(token)));
            return Optional.of(new Issued(token, secret));
        });
    }

    public Optional<Token> find(long id) {
        return store.find(database.jooq(), id);
    }

    /** A page of tokens, newest first. @param beforeId {@link Long#MAX_VALUE} for the first page */
    public List<Token> list(long beforeId, int limit) {
        return store.list(database.jooq(), beforeId, limit);
    }

    /** Ends a token and its sessions, on every node at once. */
    public Change<Token> revoke(Principal principal, long id, @Nullable String reason) {
        principal.require(Role.ADMIN);
        return database.inTransaction(tx -> {
            Optional<Token> before = store.find(tx, id);
            Optional<Token> after = store.revoke(tx, id);
            if (before.isEmpty() || after.isEmpty()) {
                return before.isEmpty() ? new Change.Absent<>() : new Change.Revoked<>();
            }
            sessions.closeOf(tx, id);
            audit.record(
                    tx,
                    principal,
                    change("token.revoke", after.get(), reason)
                            .values(TokenJson.text(before.get()), TokenJson.text(after.get())));
            return new Change.Done<>(after.get());
        });
    }

    /**
     * Gives a token another secret and a new lifetime.
     *
     * @param grace how long the secret before, and the sessions got with it, go on; zero: they end at once
     */
    public Change<Issued> rotate(
            Principal principal, long id, Duration lifetime, Duration grace, @Nullable String reason) {
        principal.require(Role.ADMIN);
        Secret secret = Secret.ofToken();
        return database.inTransaction(tx -> {
            Optional<Token> before = store.find(tx, id);
            Optional<Token> after = store.rotate(tx, id, secret, lifetime, grace);
            if (before.isEmpty() || after.isEmpty()) {
                return before.isEmpty() ? new Change.Absent<>() : new Change.Revoked<>();
            }
            sessions.shorten(tx, id, grace);
            audit.record(
                    tx,
                    principal,
                    change("token.rotate", after.get(), reason)
                            .values(TokenJson.text(before.get()), TokenJson.text(after.get())));
            return new Change.Done<>(new Issued(after.get(), secret));
        });
    }

    /** Whose secret this is. */
    public Recognition recognise(String secret) {
        byte[] hash = Secret.hash(secret);
        Optional<Found> found = store.byHash(database.jooq(), hash)
                .filter(one -> MessageDigest.isEqual(hash, one.secretHash())
                        || MessageDigest.isEqual(hash, one.previousHash()));
        if (found.isEmpty()) {
            return new Recognition.Unknown("there is no such token: it was mistyped, or has been rotated");
        }
        return used(found.get().token());
    }

    /** What a token is good for, having been used now. */
    Recognition used(Token token) {
        Recognition recognition = Recognition.of(token);
        if (recognition instanceof Recognition.Known && isStale(token)) {
            store.touch(database.jooq(), token.id());
        }
        return recognition;
    }

    // by this node's clock, only to spare most requests the statement, which decides by the database's
    private static boolean isStale(Token token) {
        Instant last = token.lastUsedAt();
        return last == null || last.isBefore(Instant.now().minusSeconds(30));
    }

    private static AuditChange change(String operation, Token token, @Nullable String reason) {
        return AuditChange.done(operation, "token " + token.id() + " (" + token.name() + ")", reason);
    }

    /** A token with its secret, which is told this once. */
    public record Issued(Token token, Secret secret) {}

    /** What became of a wish to change a token. */
    public sealed interface Change<T> {
        record Done<T>(T now) implements Change<T> {}

        /** It was revoked before: nothing is done. */
        record Revoked<T>() implements Change<T> {}

        record Absent<T>() implements Change<T> {}
    }
}
