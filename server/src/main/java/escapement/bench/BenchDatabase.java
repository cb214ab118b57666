package escapement.bench;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.db.SqlState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The database to measure on, and what only a bench may do with it. For one thread. */
final class BenchDatabase implements AutoCloseable {
    private static final String FORGET_TASKS = """
            truncate escapement.task, escapement.live, escapement.ended, escapement.attempt, escapement.gate_decision, escapement.approval, escapement.attempt_log,
                     escapement.attempt_progress, escapement.idempotency, escapement.dependency, escapement.release,
                     escapement.branch_target, escapement.branch_result, escapement.moment, escapement.journal, escapement.change_count,
                     escapement.attempt_minute, escapement.submit_minute, escapement.attempt_spread, escapement.attempt_total, escapement.on_time_count, escapement.on_time_delta, escapement.removed, escapement.event, escapement.webhook_delivery
            """;

    private final Connection connection;

    BenchDatabase(DatabaseAddress address) throws SQLException {
        connection = Database.connect(address, "bench");
        execute("set statement_timeout = 0");
    }

    String version() throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion();
    }

    /** Forgets all tasks. */
    void empty() throws SQLException {
        boolean done = false;
        while (!done) {
            try {
                execute(FORGET_TASKS);
                done = true;
            } catch (SQLException e) {
                if (!SqlState.isDeadlock(e)) { // with what a running node does by itself
                    throw e;
                }
            }
        }
        release();
    }

    /** What was exported is from elsewhere now. */
    void forgetInstallation() throws SQLException {
        execute("update escapement.installation set id = gen_random_uuid()");
    }

    /** Tasks may be claimed again. */
    void release() throws SQLException {
        execute("delete from escapement.hold");
    }

    /** Nothing is claimed any more. */
    void hold() throws SQLException {
        execute(
                "insert into escapement.hold (scope, subject, verified, held_by) values ('EVERYTHING', 0, false, 'bench')");
    }

    /** As a table that has been in use: statistics are there, and nothing of the filling is left to be written. */
    void settle() throws SQLException {
        execute("analyze escapement.task, escapement.live, escapement.journal");
        execute("checkpoint");
    }

    /** How many tasks have ended, without a look at the tasks. */
    long ended() throws SQLException {
        return number(
                "select coalesce(sum(n), 0) from escapement.journal where to_status in ('COMPLETED', 'FAILED', 'SKIPPED', 'CANCELLED')");
    }

    /** @throws IllegalStateException unless exactly {@code tasks} have ended and none is open */
    void expectEnded(long tasks) throws SQLException {
        long open = number("select count(*) from escapement.live");
        long ended = number("select count(*) from escapement.ended");
        if (open != 0 || ended != tasks) {
            throw new IllegalStateException(
                    "expected %d tasks ended and none open, found %d and %d".formatted(tasks, ended, open));
        }
    }

    /** From the first start of an attempt to the last end of one. */
    double secondsOfAttempts() throws SQLException {
        return number("select extract(epoch from max(ended_at) - min(started_at)) * 1000000 from escapement.attempt")
                / 1e6;
    }

    long walBytes() throws SQLException {
        return number("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint");
    }

    /** What all tables take on disk, with their indexes and what is dead in them. */
    long tableBytes() throws SQLException {
        return number(
                "select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class where relkind = 'r' and relnamespace = 'escapement'::regnamespace");
    }

    /** How many transactions the whole database has seen, some time up to a second ago. */
    long transactions() throws SQLException {
        return number("select xact_commit + xact_rollback from pg_stat_database where datname = current_database()");
    }

    int backend() throws SQLException {
        return (int) number("select pg_backend_pid()");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
