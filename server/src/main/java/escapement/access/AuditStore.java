package escapement.access;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import org.jooq.DSLContext;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/**
 * SQL: what people changed; written in the transaction of the change, never changed afterwards.
 *
 * <p>Each row is chained to the one before, under a lock on the chain's head until the commit. So record last in a
 * transaction: whatever comes after it, every other audited change waits for.
 */
public final class AuditStore {
    // the head first, in a CTE of its own: an id taken before the lock might be lower than the last one in the chain.
    // JSON as PostgreSQL will write it, for that is what a check reads
    private static final String NEXT = """
            with head as materialized (
                select hash from escapement.audit_head for update
            )
            select encode(head.hash, 'hex') as hash,
                   nextval(pg_get_serial_sequence('escapement.audit', 'id')) as id,
                   clock_timestamp() as at,
                   cast(? as jsonb)::text as old_value,
                   cast(? as jsonb)::text as new_value,
                   cast(? as jsonb)::text as detail
              from head
            """;
    private static final String APPEND = """
            with added as (
                insert into escapement.audit
                       (id, at, principal, operation, target, reason, outcome, origin_address, origin_via,
                        old_value, new_value, detail, previous_hash, hash)
                overriding system value
                values (?, cast(? as timestamptz), ?, ?, ?, ?, ?, ?, ?, cast(? as jsonb), cast(? as jsonb), cast(? as jsonb), ?, ?)
                returning id, hash
            )
            update escapement.audit_head h set n = n + 1, last_id = added.id, hash = added.hash from added
            """;

    /** @param operation such as {@code queue.hold} @param target what it was done to @param reason as the person gave it */
    public void record(DSLContext tx, Principal principal, String operation, String target, @Nullable String reason) {
        record(tx, principal, AuditChange.done(operation, target, reason));
    }

    /** @param detail what exactly, a JSON object as text */
    public void record(
            DSLContext tx,
            Principal principal,
            String operation,
            String target,
            @Nullable String reason,
            String detail) {
        record(tx, principal, AuditChange.done(operation, target, reason).detail(detail));
    }

    /** Adds a row to the chain; the rest of the transaction is to be short. */
    public void record(DSLContext tx, Principal principal, AuditChange change) {
        Record next = tx.resultQuery(NEXT, change.oldValue(), change.newValue(), change.detail())
                .fetchOptional()
                .orElseThrow(
                        () -> new IllegalStateException(
                                "escapement.audit_head has lost its row, so no change can be recorded: see ops/runbook.md, 'The audit trail is broken'"));
        AuditRow row = row(next, principal, change);
        String previous = next.get("hash", String.class);
        append(tx, row, previous, AuditChain.link(previous, row));
    }

    private static AuditRow row(Record next, Principal principal, AuditChange change) {
        Origin origin = principal.origin();
        return new AuditRow(
                next.get("id", Long.class),
                next.get("at", OffsetDateTime.class).toInstant(),
                principal.name(),
                change.operation(),
                change.target(),
                change.reason(),
                change.outcome().name(),
                origin == null ? null : origin.address(),
                origin == null ? null : origin.via().name().toLowerCase(Locale.ROOT),
                next.get("old_value", String.class),
                next.get("new_value", String.class),
                next.get("detail", String.class),
                null,
                null);
    }

    private static void append(DSLContext tx, AuditRow row, String previous, String hash) {
        tx.query(
                        APPEND,
                        row.id(),
                        time(row.at()),
                        row.principal(),
                        row.operation(),
                        row.target(),
                        row.reason(),
                        row.outcome(),
                        row.originAddress(),
                        row.originVia(),
                        row.oldValue(),
                        row.newValue(),
                        row.detail(),
                        HexFormat.of().parseHex(previous),
                        HexFormat.of().parseHex(hash))
                .execute();
    }

    private static OffsetDateTime time(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
