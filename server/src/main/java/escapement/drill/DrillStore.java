package escapement.drill;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** SQL: what the database says of a drill. For one thread. */
final class DrillStore implements AutoCloseable {
    private static final String ENDED = """
            select n.name, count(*) from escapement.attempt a join escapement.node n on n.incarnation = a.node
             where a.ended_at >= ? and a.ended_at < ? and a.outcome = 'SUCCEEDED' group by n.name
            """;

    private static final String LOST = """
            select count(*) from escapement.attempt
             where ended_at >= ? and ended_at < ? and outcome = 'LOST'
            """;

    private static final String HELD_BY = """
            select count(*) from escapement.live l join escapement.node n on n.incarnation = l.node
             where l.status = 'IN_PROGRESS' and n.name = ?
            """;

    private static final String LEASE_UNTIL =
            "select lease_until from escapement.node where name = ? order by incarnation desc limit 1";

    /** What was taken from a node, and when each of them began again, if it has. */
    private static final String AGAIN = """
            select extract(epoch from next.started_at - ?::timestamptz)::float8
              from escapement.attempt a join escapement.node n on n.incarnation = a.node
              left join lateral (
                    select started_at from (
                        select b.started_at from escapement.attempt b where b.task_id = a.task_id and b.attempt > a.attempt
                        union all
                        select l.started_at from escapement.live l where l.id = a.task_id and l.status = 'IN_PROGRESS') x
                     order by started_at limit 1) next on true
             where n.name = ? and a.outcome = 'LOST'
             order by 1
            """;

    private static final String NOT_COMPLETED = """
            select count(*) from unnest(?) as acknowledged (id)
             where not exists (select from escapement.ended e where e.id = acknowledged.id and e.status = 'COMPLETED')
            """;

    private static final String ENDED_TWICE = """
            select count(*) from (select task_id from escapement.attempt where outcome = 'SUCCEEDED'
                                   group by task_id having count(*) > 1) twice
            """;

    private static final String WRONGLY_FOLLOWED = """
            select count(*)
              from (select id from escapement.task where branches is not null) parent
              full join (select parent_id, count(*) as n from escapement.task where parent_id is not null group by parent_id) child
                on child.parent_id = parent.id
             where parent.id is null or child.n is distinct from 1
            """;

    private static final String LONGEST_PAUSE = """
            select coalesce(max(extract(epoch from started_at - before)), 0)::float8
              from (select started_at, lag(started_at) over (order by started_at) as before
                      from escapement.attempt where started_at >= ? and started_at < ?) starts
            """;

    private final Connection connection;

    DrillStore(DatabaseAddress address) throws SQLException {
        connection = Database.connect(address, "drill", Duration.ofMinutes(10));
        execute("set statement_timeout = 0");
    }

    String version() throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion();
    }

    Instant now() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select clock_timestamp()")) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /** How many tasks each node ended in this span, by its name. */
    Map<String, Long> ended(Instant from, Instant to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(ENDED)) {
            statement.setObject(1, at(from));
            statement.setObject(2, at(to));
            Map<String, Long> counts = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    counts.put(row.getString(1), row.getLong(2));
                }
            }
            return counts;
        }
    }

    /** How many attempts were taken from nodes in this span. */
    long lost(Instant from, Instant to) throws SQLException {
        return number(LOST, at(from), at(to));
    }

    long lost() throws SQLException {
        return number("select count(*) from escapement.attempt where outcome = 'LOST'");
    }

    /** Attempts that a task had to pay for, without having succeeded. */
    long usedUp() throws SQLException {
        return number("select count(*) from escapement.attempt where outcome not in ('SUCCEEDED', 'LOST', 'SNOOZED')");
    }

    /** Tasks that a node's lease gave back, and not the node itself. */
    long rescued() throws SQLException {
        return number(
                "select count(*) from escapement.attempt where outcome = 'LOST' and error like '%stopped without an answer'");
    }

    long live(String status) throws SQLException {
        return number("select count(*) from escapement.live where status::text = ?", status);
    }

    long live() throws SQLException {
        return number("select count(*) from escapement.live");
    }

    /** Those that somebody submitted. */
    long submitted() throws SQLException {
        return number("select count(*) from escapement.task where parent_id is null");
    }

    long children() throws SQLException {
        return number("select count(*) from escapement.task where parent_id is not null");
    }

    /** Tasks with a branch that have no child, or several. */
    long wronglyFollowed() throws SQLException {
        return number(WRONGLY_FOLLOWED);
    }

    long heldBy(String node) throws SQLException {
        return number(HELD_BY, node);
    }

    Optional<Instant> leaseUntil(String node) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LEASE_UNTIL)) {
            statement.setString(1, node);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
                        : Optional.empty();
            }
        }
    }

    /** After how many seconds each task that was taken from this node began again, sorted; empty while one has not. */
    Optional<double[]> beganAgain(String node, Instant since) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AGAIN)) {
            statement.setObject(1, at(since));
            statement.setString(2, node);
            DoubleStream.Builder seconds = DoubleStream.builder();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    double after = row.getDouble(1);
                    if (row.wasNull()) {
                        return Optional.empty();
                    }
                    seconds.add(after);
                }
            }
            return Optional.of(seconds.build().sorted().toArray());
        }
    }

    /** How many of these have not ended as they should. */
    long notCompleted(List<Long> tasks) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(NOT_COMPLETED)) {
            Array ids = connection.createArrayOf("bigint", tasks.toArray());
            statement.setArray(1, ids);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    long endedTwice() throws SQLException {
        return number(ENDED_TWICE);
    }

    /** The longest span in which nothing was begun, in seconds. */
    double longestPause(Instant from, Instant to) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LONGEST_PAUSE)) {
            statement.setObject(1, at(from));
            statement.setObject(2, at(to));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getDouble(1);
            }
        }
    }

    /** Holds on to what is visible now until {@link #unpin}. */
    void pin() throws SQLException {
        execute("set idle_in_transaction_session_timeout = 0");
        connection.setAutoCommit(false);
        execute("set transaction isolation level repeatable read");
        live();
    }

    void unpin() throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    private long number(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
