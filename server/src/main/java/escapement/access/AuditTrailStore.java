package escapement.access;

import static escapement.db.generated.Tables.AUDIT;
import static org.jooq.impl.DSL.noCondition;

import escapement.db.Database;
import escapement.db.generated.tables.Audit;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import org.jooq.Condition;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: reads the audit trail for people. Thread-safe. */
public final class AuditTrailStore {
    private final Database database;

    public AuditTrailStore(Database database) {
        this.database = database;
    }

    /** A page, newest first. @param beforeId only rows older than this one; {@link Long#MAX_VALUE} for the first page */
    public List<AuditRow> list(AuditFilter filter, long beforeId, int limit) {
        return database.jooq()
                .selectFrom(AUDIT)
                .where(AUDIT.ID.lt(beforeId))
                .and(matches(filter))
                .orderBy(AUDIT.ID.desc())
                .limit(limit)
                .fetch(row -> row(row, AUDIT));
    }

    private static Condition matches(AuditFilter filter) {
        Condition condition = noCondition();
        if (filter.principal() != null) {
            condition = condition.and(AUDIT.PRINCIPAL.eq(filter.principal()));
        }
        if (filter.operation() != null) {
            condition = condition.and(AUDIT.OPERATION.eq(filter.operation()));
        }
        if (filter.target() != null) {
            condition = condition.and(AUDIT.TARGET.eq(filter.target()));
        }
        if (filter.from() != null) {
            condition = condition.and(AUDIT.AT.ge(filter.from().atOffset(ZoneOffset.UTC)));
        }
        if (filter.to() != null) {
            condition = condition.and(AUDIT.AT.lt(filter.to().atOffset(ZoneOffset.UTC)));
        }
        return condition;
    }

    static AuditRow row(Record row, Audit from) {
        return new AuditRow(
                row.get(from.ID),
                row.get(from.AT).toInstant(),
                row.get(from.PRINCIPAL),
                row.get(from.OPERATION),
                row.get(from.TARGET),
                row.get(from.REASON),
                row.get(from.OUTCOME),
                row.get(from.ORIGIN_ADDRESS),
                row.get(from.ORIGIN_VIA),
                data(row.get(from.OLD_VALUE)),
                data(row.get(from.NEW_VALUE)),
                row.get(from.DETAIL).data(),
                hex(row.get(from.PREVIOUS_HASH)),
                hex(row.get(from.HASH)));
    }

    private static @Nullable String data(@Nullable JSONB json) {
        return json == null ? null : json.data();
    }

    static @Nullable String hex(byte @Nullable [] bytes) {
        return bytes == null ? null : HexFormat.of().formatHex(bytes);
    }
}
