package escapement.access;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jooq.DSLContext;

/** SQL: the page's sessions. */
final class SessionStore {
    // not longer than the secret it was got with; locked, or a rotation meanwhile would not see this session
    private static final String OPEN = """
            with good as (
                select id, case when secret_hash = ? then expires_at else previous_until end as until
                  from escapement.token
                 where (secret_hash = ? or (previous_hash = ? and previous_until > now()))
                   and revoked_at is null and expires_at > now()
                   for share
            )
            insert into escapement.session (id_hash, token, expires_at)
            select ?, id, least(now() + ? * interval '1 s', until) from good
            returning expires_at
            """;
    private static final String BY_HASH = """
            select %s
              from escapement.session s
              join escapement.token t on t.id = s.token
             where s.id_hash = ? and s.expires_at > now()
            """.formatted(TokenStore.COLUMNS);
    private static final String SHORTEN = """
            update escapement.session set expires_at = least(expires_at, now() + ? * interval '1 s') where token = ?
            """;

    /** Opens a session for the token with this secret. @return until when; empty when there is no such token in force */
    Optional<Instant> open(DSLContext tx, Secret id, byte[] tokenHash, Duration length) {
        return tx.resultQuery(OPEN, tokenHash, tokenHash, tokenHash, id.hash(), length.toSeconds())
                .fetchOptional(
                        row -> row.get("expires_at", OffsetDateTime.class).toInstant());
    }

    /** The token of a session that goes on; the token may have ended. */
    Optional<Token> byHash(DSLContext tx, byte[] hash) {
        return tx.resultQuery(BY_HASH, hash).fetchOptional(TokenStore::token);
    }

    void close(DSLContext tx, byte[] hash) {
        tx.execute("delete from escapement.session where id_hash = ?", hash);
    }

    void closeOf(DSLContext tx, long token) {
        tx.execute("delete from escapement.session where token = ?", token);
    }

    /** Ends a token's sessions after this time. */
    void shorten(DSLContext tx, long token, Duration left) {
        tx.execute(SHORTEN, left.toSeconds(), token);
    }

    void forgetExpired(DSLContext tx) {
        tx.execute("delete from escapement.session where expires_at <= now()");
    }
}
