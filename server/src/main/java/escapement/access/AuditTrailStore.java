package escapement.access;

import escapement.db.generated.tables.Audit;
import java.util.HexFormat;
import org.jooq.JSONB;
import org.jooq.Record;
import org.jspecify.annotations.Nullable;

/** SQL: reads the audit trail for people. Thread-safe. */
public final class AuditTrailStore {
    private AuditTrailStore() {}

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
