package escapement.node;

import static escapement.db.generated.Tables.NODE;

import escapement.db.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jooq.exception.DataAccessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SQL: the database's time, and what a node knows of its own clock. For one thread. */
final class ProbeStore {
    private static final Logger log = LoggerFactory.getLogger(ProbeStore.class);
    private static final Duration KEEP_EVERY = Duration.ofSeconds(30);

    private final Database database;
    private final NodeLease lease;
    private long keepAt = System.nanoTime();

    ProbeStore(Database database, NodeLease lease) {
        this.database = database;
        this.lease = lease;
    }

    /** How far the clock of this machine is ahead, give or take half of the time that the question took. */
    Reading read(Connection connection) throws SQLException {
        Instant asked = Instant.now();
        long askedNanos = System.nanoTime();
        Instant theirs;
        try (PreparedStatement statement = connection.prepareStatement("select clock_timestamp()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            theirs = row.getObject(1, OffsetDateTime.class).toInstant();
        }
        Duration half = Duration.ofNanos(System.nanoTime() - askedNanos).dividedBy(2);
        return new Reading(Duration.between(theirs, asked.plus(half)), half);
    }

    /** Leaves it in this node's row now and then, for operators and the other nodes. */
    void keep(Duration ahead) {
        if (System.nanoTime() - keepAt < 0) {
            return;
        }
        keepAt = System.nanoTime() + KEEP_EVERY.toNanos();
        try {
            database.jooq()
                    .update(NODE)
                    .set(NODE.CLOCK_AHEAD_MS, ahead.toMillis())
                    .where(NODE.INCARNATION.eq(lease.incarnation()))
                    .execute();
        } catch (DataAccessException e) {
            log.debug("the clock's offset is written later", e);
        }
    }

    record Reading(Duration ahead, Duration precision) {}
}
