package escapement.access;

import static escapement.access.AuditTrailStore.row;
import static escapement.db.generated.Tables.AUDIT;
import static escapement.db.generated.Tables.AUDIT_HEAD;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.table;

import escapement.db.generated.tables.Audit;
import java.sql.Connection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.SelectWhereStep;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** SQL: reads the audit chain as a whole, and what is outside of it. */
final class AuditChainStore {
    /** The operation of rows that vouch for others: {@code detail.rows} is their ids and hashes. */
    static final String ADOPT = "audit.adopt";

    private static final int FETCH = 500;

    private static final Table<Record> ADOPTED = table("""
            (select e.key as id, e.value as hash
               from escapement.audit a
              cross join lateral jsonb_each_text(
                        case when jsonb_typeof(a.detail -> 'rows') = 'object' then a.detail -> 'rows' else '{}' end) e
              where a.operation = 'audit.adopt' and a.hash is not null)""").as("adopted");
    private static final Field<String> ADOPTED_ID = field(name("adopted", "id"), String.class);
    private static final Field<String> ADOPTED_HASH = field(name("adopted", "hash"), String.class);

    /** Where the chain ends; empty when somebody removed that row. */
    Optional<AuditHead> head(DSLContext tx) {
        return tx.selectFrom(AUDIT_HEAD)
                .fetchOptional(row -> new AuditHead(
                        row.getN(), row.getLastId(), HexFormat.of().formatHex(row.getHash())));
    }

    Optional<AuditHead> head(Connection snapshot) {
        return head(using(snapshot));
    }

    /** Locks the chain's head, so that nobody else adds to the chain until the commit. */
    void lock(DSLContext tx) {
        tx.selectFrom(AUDIT_HEAD).forUpdate().execute();
    }

    /** Every chained row in the order of the chain, until {@code each} has seen enough. */
    void eachChained(Connection snapshot, Predicate<AuditRow> each) {
        SelectWhereStep<?> rows = using(snapshot).selectFrom(AUDIT);
        try (Cursor<?> cursor = rows.where(AUDIT.HASH.isNotNull())
                .orderBy(AUDIT.ID)
                .fetchSize(FETCH)
                .fetchLazy()) {
            for (Record row : cursor) {
                if (!each.test(row(row, AUDIT))) {
                    return;
                }
            }
        }
    }

    /** Every row that is not chained with what vouches for it, and what is vouched for and is not there. */
    void eachUnchained(Connection snapshot, Predicate<Unchained> each) {
        Audit loose = AUDIT.as("loose");
        Table<?> rows = table(select(AUDIT.fields()).from(AUDIT).where(AUDIT.HASH.isNull()))
                .as(loose);
        try (Cursor<?> cursor = using(snapshot)
                .select(loose.fields())
                .select(ADOPTED_ID, ADOPTED_HASH)
                .from(rows)
                .fullJoin(ADOPTED)
                .on(ADOPTED_ID.eq(loose.ID.cast(String.class)))
                .orderBy(loose.ID.asc().nullsLast(), ADOPTED_ID)
                .fetchSize(FETCH)
                .fetchLazy()) {
            for (Record row : cursor) {
                AuditRow read = row.get(loose.ID) == null ? null : row(row, loose);
                if (!each.test(new Unchained(read, row.get(ADOPTED_ID), row.get(ADOPTED_HASH)))) {
                    return;
                }
            }
        }
    }

    /** The first rows that are neither chained nor vouched for. */
    List<AuditRow> unadopted(DSLContext tx, int limit) {
        return tx.selectFrom(AUDIT)
                .where(AUDIT.HASH.isNull())
                .and(DSL.notExists(select().from(ADOPTED).where(ADOPTED_ID.eq(AUDIT.ID.cast(String.class)))))
                .orderBy(AUDIT.ID)
                .limit(limit)
                .fetch(row -> row(row, AUDIT));
    }

    private static DSLContext using(Connection connection) {
        return DSL.using(connection, SQLDialect.POSTGRES);
    }

    /** A row outside the chain. */
    record Unchained(
            @Nullable AuditRow row, // null when it is vouched for and gone
            @Nullable String adoptedId, // null when nothing vouches for it
            @Nullable String adoptedHash) {}
}
