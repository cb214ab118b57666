package escapement.queue;

import java.sql.SQLException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jooq.DSLContext;

/** SQL: which task has which key. */
final class IdempotencyStore {
    /** SQL: steps that give keys to the tasks that ask for them; {@code refused} are the tasks whose keys others have. */
    static final String TAKEN = """
            keys as materialized (
                select key, task_id, decode(digest, 'hex') as digest from unnest(?::text[], ?::bigint[], ?::text[]) as u (key, task_id, digest)
            ), taken as (
                insert into escapement.idempotency (key, task_id, digest)
                select key, task_id, digest from keys
                 -- two requests with several keys in common wait for each other in one direction only
                 order by key
                on conflict (key) do nothing
                returning key, task_id
            ), refused as materialized (
                select task_id from keys except select task_id from taken
            )""";

    private static final String TAKE = "with " + TAKEN + " select key from taken";

    private static final String HOLDERS =
            "select key, task_id, digest from escapement.idempotency where key = any(?::text[]) order by key for update";
    private static final String HAND_OVER =
            "update escapement.idempotency set task_id = ?, digest = decode(?, 'hex') where key = ?";

    /** Gives keys that nobody has to tasks. @return those given; another transaction's undecided keys are waited for */
    Set<String> take(DSLContext tx, List<Claim> claims) {
        return tx.resultQuery(
                        TAKE,
                        claims.stream().map(Claim::key).toArray(String[]::new),
                        claims.stream().map(Claim::taskId).toArray(Long[]::new),
                        claims.stream().map(Claim::digest).toArray(String[]::new))
                .fetchSet(row -> row.get(0, String.class));
    }

    /** Binds what {@link #TAKEN} asks for. */
    static void bind(Columns<Claim> keys) throws SQLException {
        keys.text(Claim::key).bigint(Claim::taskId).text(Claim::digest);
    }

    Map<String, Claim> holders(DSLContext tx, Collection<String> keys) {
        return tx.resultQuery(HOLDERS, (Object) keys.toArray(String[]::new))
                .fetchMap(
                        row -> row.get(0, String.class),
                        row -> new Claim(
                                row.get(0, String.class),
                                row.get(1, Long.class),
                                HexFormat.of().formatHex(row.get(2, byte[].class))));
    }

    void handOver(DSLContext tx, Claim to) {
        tx.query(HAND_OVER, to.taskId(), to.digest(), to.key()).execute();
    }

    /** A key and the task that has it. */
    record Claim(String key, long taskId, String digest) {}
}
