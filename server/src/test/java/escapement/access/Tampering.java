package escapement.access;

import escapement.support.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** What somebody with every right on the database may do to the audit trail. */
final class Tampering {
    private static final String CONTENT =
            "at, principal, operation, target, reason, outcome, origin_address, origin_via, old_value, new_value, detail";
    private static final List<String> CHANGES = List.of(
            "id = id + 1000",
            "at = at + interval '1 microsecond'",
            "principal = principal || ' '",
            "operation = upper(operation)",
            "target = target || '0'",
            "reason = case when reason is null then '' end",
            "reason = coalesce(reason, '') || '.'",
            "outcome = case outcome when 'DONE' then 'REFUSED' else 'DONE' end",
            "origin_address = coalesce(origin_address, '') || '1'",
            "origin_via = case when origin_via is null then 'cli' else null end",
            "old_value = case when old_value is null then 'null'::jsonb end",
            "new_value = coalesce(new_value, '{}') || '{\"x\": 1}'",
            "detail = detail || '{\"x\": 1}'",
            // told elsewhere without being lost: what separates two values moves
            "principal = principal || operation, operation = ''",
            "previous_hash = sha256('x')",
            "hash = sha256('x')",
            "hash = null, previous_hash = coalesce(previous_hash, sha256('x'))");
    private static final List<String> HEADS = List.of(
            "update escapement.audit_head set n = n - 1",
            "update escapement.audit_head set n = n + 3",
            "update escapement.audit_head set last_id = last_id - 1",
            "update escapement.audit_head set hash = sha256('x')",
            "delete from escapement.audit_head",
            "update escapement.audit_head set n = 0, last_id = null, hash = decode(repeat('00', 32), 'hex')",
            "update escapement.audit_head set (n, last_id, hash) = "
                    + "(select n - 1, id, previous from (select id, lead(previous_hash) over (order by id) as previous "
                    + "from escapement.audit where hash is not null) x order by id desc offset 1 limit 1)");

    private final Random random;
    private final List<Long> ids;
    private final Set<String> kinds = new TreeSet<>();

    Tampering(Random random, List<Long> ids) {
        this.random = random;
        this.ids = ids;
    }

    /** Does one. @return what it did */
    String next(Connection connection) throws SQLException {
        String sql = switch (random.nextInt(9)) {
            case 0 -> told("delete", "delete from escapement.audit where id = " + any());
            case 1 -> told("tail", "delete from escapement.audit where id > " + any());
            case 2 -> told("head", HEADS.get(random.nextInt(HEADS.size())));
            case 3 -> told("insert", copyUnchained(any(), ids.getLast() + 1 + random.nextInt(5)));
            case 4 -> told("contents", twoOf(false));
            case 5 -> told("rows", twoOf(true));
            default -> {
                String change = CHANGES.get(random.nextInt(CHANGES.size()));
                yield told(change, "update escapement.audit set " + change + " where id = " + any());
            }
        };
        if (Sql.update(connection, sql) == 0) {
            return next(connection); // nothing follows the last row, for example
        }
        return sql;
    }

    /** What was done at least once. */
    Set<String> kinds() {
        return kinds;
    }

    private String told(String kind, String sql) {
        kinds.add(kind);
        return sql;
    }

    private long any() {
        return ids.get(random.nextInt(ids.size()));
    }

    private String twoOf(boolean withHashes) {
        List<Long> others = new ArrayList<>(ids);
        long one = others.remove(random.nextInt(others.size()));
        return swapContents(one, others.get(random.nextInt(others.size())), withHashes);
    }

    /** Each gets what the other says; with their hashes this is the same as swapping their ids. */
    static String swapContents(long one, long other, boolean withHashes) {
        String columns = withHashes ? CONTENT + ", previous_hash, hash" : CONTENT;
        return "update escapement.audit a set (%s) = (select %s from escapement.audit b where b.id = %d + %d - a.id) where a.id in (%d, %d)"
                .formatted(columns, columns, one, other, one, other);
    }

    static String copyUnchained(long from, long to) {
        return "insert into escapement.audit (id, %s) select %d, %s from escapement.audit where id = %d on conflict do nothing"
                .formatted(CONTENT, to, CONTENT, from);
    }

    /** As a node writes it that knows of no chain. */
    static String ofOlderNode(String target) {
        return "insert into escapement.audit (principal, operation, target, reason) values ('local', 'queue.hold', '"
                + target + "', 'because')";
    }
}
