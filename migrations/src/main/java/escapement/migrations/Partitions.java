package escapement.migrations;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The monthly partitions of the tables that grow with every task.
 *
 * <p>A task's id starts with its day, so a month is a range of ids, and an old month goes by dropping one partition of each
 * table. Without the month's partition rows land in the default one: nothing fails, but they cannot be dropped as a whole.
 */
public final class Partitions {
    private static final Logger log = LoggerFactory.getLogger(Partitions.class);
    private static final List<String> TABLES =
            List.of("task", "ended", "attempt", "attempt_log", "attempt_progress", "dependency", "gate_decision");
    private static final LocalDate DAY_ZERO = LocalDate.of(2026, 1, 1);
    private static final int DAY_SHIFT = 40; // as in the ids, see 001-tasks.sql
    private static final int MONTHS_AHEAD = 2;
    private static final long ADVISORY_LOCK = 0x7061727469L; // "parti"
    private static final String CHECK_VIOLATION = "23514";
    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("yyyyMM");

    private Partitions() {}

    /** Makes the partitions of a month and the {@value #MONTHS_AHEAD} after it, where they are missing. Any node may, at any time. */
    public static void ensure(Connection connection, YearMonth first) throws SQLException {
        boolean autoCommit = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(%d)".formatted(ADVISORY_LOCK));
            statement.execute("set local lock_timeout = '2s'"); // attaching waits for the default partition's readers
            for (int month = 0; month <= MONTHS_AHEAD; month++) {
                for (String table : TABLES) {
                    ensureUnlessTooLate(connection, statement, table, first.plusMonths(month));
                }
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(autoCommit);
        }
    }

    // rows of a month that had no partition lie in the default one and keep it from being attached: they stay there
    private static void ensureUnlessTooLate(Connection connection, Statement statement, String table, YearMonth month)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            ensure(statement, table, month);
        } catch (SQLException e) {
            if (!CHECK_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            log.warn("{} of {} stays in the default partition, where its rows are already", table, month);
        }
    }

    // attached, not created in place: CREATE ... PARTITION OF locks out every reader and writer of the whole table
    private static void ensure(Statement statement, String table, YearMonth month) throws SQLException {
        String partition = "escapement.%s_%s".formatted(table, suffix(month));
        if (exists(statement, partition)) {
            return;
        }
        statement.execute("create table %s (like escapement.%s including defaults including constraints)"
                .formatted(partition, table));
        statement.execute("alter table escapement.%s attach partition %s for values from (%d) to (%d)"
                .formatted(table, partition, firstId(month), firstId(month.plusMonths(1))));
    }

    /** Months that have a partition of every table, oldest first. */
    public static List<YearMonth> months(Connection connection) throws SQLException {
        List<YearMonth> months = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                var row = statement.executeQuery("""
                        select substring(c.relname from '_([0-9]{6})$') as month
                          from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
                         where p.relnamespace = 'escapement'::regnamespace and p.relname in (%s) and c.relname ~ ('^' || p.relname || '_[0-9]{6}$')
                         group by 1 having count(*) = %d order by 1
                        """.formatted(
                        String.join(", ", TABLES.stream().map("'%s'"::formatted).toList()), TABLES.size()))) {
            while (row.next()) {
                months.add(YearMonth.parse(row.getString(1), SUFFIX));
            }
        }
        return months;
    }

    /** Drops all that is of a month, in the caller's transaction. */
    public static void drop(Connection connection, YearMonth month) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("drop table "
                    + String.join(
                            ", ",
                            TABLES.stream()
                                    .map(table -> "escapement.%s_%s".formatted(table, suffix(month)))
                                    .toList()));
        }
    }

    /** What the names of a month's partitions end with. */
    public static String suffix(YearMonth month) {
        return month.format(SUFFIX);
    }

    private static boolean exists(Statement statement, String table) throws SQLException {
        try (var row = statement.executeQuery("select to_regclass('%s') is not null".formatted(table))) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** The smallest id that a task created in this month can have. */
    public static long firstId(YearMonth month) {
        return ChronoUnit.DAYS.between(DAY_ZERO, month.atDay(1)) << DAY_SHIFT;
    }
}
