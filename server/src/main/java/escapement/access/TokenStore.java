package escapement.access;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: tokens, found by the hashes of their secrets. */
final class TokenStore {
    /** A token {@code t} as {@link #token} reads it. */
    static final String COLUMNS = """
            t.id, t.name, t.roles, t.groups, t.prefix, t.created_at, t.created_by, t.expires_at, t.last_used_at, t.revoked_at,
                   case when t.previous_until > now() then t.previous_until end as previous_until,
                   case when t.revoked_at is not null then 'REVOKED'
                        when t.expires_at <= now() then 'EXPIRED'
                        else 'ACTIVE' end as status""";

    private static final String INSERT = """
            insert into escapement.token as t (name, roles, groups, expires_at, created_by, prefix, secret_hash)
            values (?, ?, ?, now() + ? * interval '1 s', ?, ?, ?)
            returning %s
            """.formatted(COLUMNS);
    private static final String REVOKE = """
            update escapement.token t set revoked_at = now() where t.id = ? and t.revoked_at is null returning %s
            """.formatted(COLUMNS);
    private static final String ROTATE = """
            update escapement.token t
               set previous_hash = case when g.seconds > 0 then t.secret_hash end,
                   previous_until = case when g.seconds > 0 then least(t.expires_at, now() + g.seconds * interval '1 s') end,
                   secret_hash = ?, prefix = ?, expires_at = now() + ? * interval '1 s'
              from (values (cast(? as bigint))) g (seconds)
             where t.id = ? and t.revoked_at is null
            returning %s
            """.formatted(COLUMNS);
    private static final String BY_HASH = """
            select %s, t.secret_hash, t.previous_hash
              from escapement.token t
             where t.secret_hash = ? or (t.previous_hash = ? and t.previous_until > now())
            """.formatted(COLUMNS);
    // once a minute, or every request would write
    private static final String TOUCH = """
            update escapement.token set last_used_at = now()
             where id = ? and (last_used_at is null or last_used_at < now() - interval '1 minute')
            """;

    /** Lets one transaction at a time find out whether there is a token, and make one. */
    void lock(DSLContext tx) {
        tx.execute("lock table escapement.token in share row exclusive mode");
    }

    boolean any(DSLContext tx) {
        return tx.resultQuery("select 1 from escapement.token limit 1")
                .fetchOptional()
                .isPresent();
    }

    Token insert(DSLContext tx, NewToken wanted, String by, Secret secret) {
        return tx.resultQuery(
                        INSERT,
                        wanted.name(),
                        wanted.roles().stream().map(Role::name).toArray(String[]::new),
                        wanted.groups().toArray(String[]::new),
                        wanted.lifetime().toSeconds(),
                        by,
                        secret.prefix(),
                        secret.hash())
                .fetchSingle(TokenStore::token);
    }

    Optional<Token> find(DSLContext tx, long id) {
        return tx.resultQuery("select " + COLUMNS + " from escapement.token t where t.id = ?", id)
                .fetchOptional(TokenStore::token);
    }

    /** Newest first, those before an id. */
    List<Token> list(DSLContext tx, long beforeId, int limit) {
        return tx.resultQuery(
                        "select " + COLUMNS + " from escapement.token t where t.id < ? order by t.id desc limit ?",
                        beforeId,
                        limit)
                .fetch(TokenStore::token);
    }

    /** Ends a token for good. @return empty when there is none, or it was revoked before */
    Optional<Token> revoke(DSLContext tx, long id) {
        return tx.resultQuery(REVOKE, id).fetchOptional(TokenStore::token);
    }

    /** Gives a token another secret. @return empty when there is none, or it was revoked before */
    Optional<Token> rotate(DSLContext tx, long id, Secret secret, Duration lifetime, Duration grace) {
        return tx.resultQuery(ROTATE, secret.hash(), secret.prefix(), lifetime.toSeconds(), grace.toSeconds(), id)
                .fetchOptional(TokenStore::token);
    }

    Optional<Found> byHash(DSLContext tx, byte[] hash) {
        return tx.resultQuery(BY_HASH, hash, hash)
                .fetchOptional(row -> new Found(
                        token(row), row.get("secret_hash", byte[].class), row.get("previous_hash", byte[].class)));
    }

    void touch(DSLContext tx, long id) {
        tx.execute(TOUCH, id);
    }

    static Token token(Record row) {
        return new Token(
                row.get("id", Long.class),
                row.get("name", String.class),
                Arrays.stream(row.get("roles", String[].class))
                        .map(Role::valueOf)
                        .toList(),
                List.of(row.get("groups", String[].class)),
                row.get("prefix", String.class),
                row.get("created_at", OffsetDateTime.class).toInstant(),
                row.get("created_by", String.class),
                row.get("expires_at", OffsetDateTime.class).toInstant(),
                instant(row, "previous_until"),
                instant(row, "last_used_at"),
                instant(row, "revoked_at"),
                Token.Status.valueOf(row.get("status", String.class)));
    }

    private static @Nullable Instant instant(Record row, String column) {
        OffsetDateTime time = row.get(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** A token whose secret, or the one before it, has a hash. */
    record Found(
            Token token, byte[] secretHash, byte @Nullable [] previousHash) {} // null unless it was rotated with grace
}
