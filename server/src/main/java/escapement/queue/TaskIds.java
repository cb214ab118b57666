package escapement.queue;

import escapement.db.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.jooq.DSLContext;

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

    /** {@code count} new ids, ascending; at most {@value #BLOCK}. Takes a connection of its own: not for use in a transaction. */
    long[] take(int count) {
        return take(count, () -> database.statement(TaskIds::nextBlock));
    }

    /** The same inside a transaction, on its connection. */
    long[] take(DSLContext tx, int count) {
        return take(count, () -> tx.connectionResult(TaskIds::nextBlock));
    }

    // a block is fetched without the lock: whoever holds a connection must not wait here for one who waits for a
    // connection
    private long[] take(int count, LongSupplier block) {
        if (count > BLOCK) {
            throw new IllegalArgumentException("at most " + BLOCK + " ids at once, asked for " + count);
        }
        OptionalLong kept = fromKept(count);
        long first;
        if (kept.isPresent()) {
            first = kept.getAsLong();
        } else {
            first = block.getAsLong();
            keep(first + count, first + BLOCK);
        }
        return LongStream.range(first, first + count).toArray();
    }

    private synchronized OptionalLong fromKept(int count) {
        if (end - next < count || System.nanoTime() - blockTakenAt > BLOCK_LIFE_NANOS) {
            return OptionalLong.empty();
        }
        next += count;
        return OptionalLong.of(next - count);
    }

    private synchronized void keep(long from, long to) {
        boolean old = System.nanoTime() - blockTakenAt > BLOCK_LIFE_NANOS;
        if (old || to > end) { // another thread may have fetched a later one meanwhile
            next = from;
            end = to;
            blockTakenAt = System.nanoTime();
        }
    }

    private static long nextBlock(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement(NEXT_BLOCK);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }
}
