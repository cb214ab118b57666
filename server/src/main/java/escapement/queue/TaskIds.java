package escapement.queue;

import escapement.db.Database;
import java.sql.ResultSet;
import java.time.Duration;

/**
 * Hands out task ids in blocks, so that a submit knows its ids beforehand and needs no answer from its insert. Thread-safe.
 *
 * <p>An id is the number of days (UTC) since 2026-01-01 in the bits above 40 and a number that is unique in the cluster below.
 * A block is thrown away after a second: ids must grow with time across nodes, for lists and partitions go by id.
 */
final class TaskIds {
    private static final int BLOCK = 1000;
    private static final long BLOCK_LIFE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final String NEXT_BLOCK = """
            select (((now() at time zone 'UTC')::date - date '2026-01-01')::bigint << 40) + nextval('escapement.task_id_block') * %d
            """.formatted(BLOCK);

    private final Database database;
    private long next;
    private long end;
    private long blockTakenAt;

    TaskIds(Database database) {
        this.database = database;
    }

    /** {@code count} new ids, ascending; at most {@value #BLOCK}. */
    synchronized long[] take(int count) {
        if (count > BLOCK) {
            throw new IllegalArgumentException("at most " + BLOCK + " ids at once, asked for " + count);
        }
        if (end - next < count || System.nanoTime() - blockTakenAt > BLOCK_LIFE_NANOS) {
            next = nextBlock();
            end = next + BLOCK;
            blockTakenAt = System.nanoTime();
        }
        long[] ids = new long[count];
        for (int i = 0; i < count; i++) {
            ids[i] = next++;
        }
        return ids;
    }

    private long nextBlock() {
        return database.statement(connection -> {
            try (var statement = connection.prepareStatement(NEXT_BLOCK);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }
}
