package escapement.doctor;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.UUID;
import org.postgresql.PGConnection;

/** Finds out what stands between us and the database. Changes a setting of its own sessions only. */
public final class PoolerStore {
    private static final String NAME = "pooler-check";

    // a prepared statement that is there already, or is not there any more
    private static final Set<String> LOST_STATEMENTS = Set.of("42P05", "26000");

    private PoolerStore() {}

    /**
     * A pooler answers with a process id of its own making. Whether it also hands connections on shows when a second
     * session takes the one that is free: then what the first had set is gone.
     *
     * @param connection one to {@code address}, in autocommit mode
     */
    public static Pooling find(DatabaseAddress address, Connection connection) throws SQLException {
        String pid = text(connection, "select pg_backend_pid()::text");
        if (pid.equals(Integer.toString(connection.unwrap(PGConnection.class).getBackendPID()))) {
            return Pooling.NONE;
        }
        try {
            return keepsSessions(address, connection, pid) ? Pooling.SESSION : Pooling.TRANSACTION;
        } catch (SQLException e) {
            if (LOST_STATEMENTS.contains(String.valueOf(e.getSQLState()))) {
                return Pooling.TRANSACTION; // of one session, found in another
            }
            throw e;
        }
    }

    private static boolean keepsSessions(DatabaseAddress address, Connection connection, String pid)
            throws SQLException {
        String mark = UUID.randomUUID().toString();
        text(connection, "select set_config('escapement.pooler_check', '" + mark + "', false)");
        try (Connection other = Database.connect(address, NAME)) {
            other.setAutoCommit(false);
            text(other, "select pg_backend_pid()::text");
            String now = text(
                    connection,
                    "select coalesce(current_setting('escapement.pooler_check', true), '') || ' ' || pg_backend_pid()");
            other.rollback();
            return now.equals(mark + " " + pid);
        }
    }

    private static String text(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
