package escapement.calibration;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * SQL: keeps what attempts say of confidences that are about to be removed, so that the sums can still be compared and made
 * anew. Thread-safe.
 */
public final class RemovalStore {
    private static final String KEEP = ", " + SumSql.CELLS.formatted("cells", "mapped") + """
            insert into escapement.calibration_removed as t (day, action, risk_level, path, micro, n, s, sc, scc, scs, sq, sqv)
            select day, action, risk_level, path, micro, n, s, sc, scc, scs, sq, sqv from cells order by 1, 2, 3, 4, 5
                on conflict (day, action, risk_level, path, micro) do update
               set n = t.n + excluded.n, s = t.s + excluded.s, sc = t.sc + excluded.sc, scc = t.scc + excluded.scc,
                   scs = t.scs + excluded.scs, sq = t.sq + excluded.sq, sqv = t.sqv + excluded.sqv
            """;
    private static final String OF_TASKS = "with "
            + SumSql.expected(
                    "and a.task_id between ? and ? and a.task_id = any(?)", "and s.task_id = any(?)", "and false")
            + KEEP;
    private static final String OF_RANGE = "with "
            + SumSql.expected(
                    "and a.task_id >= ? and a.task_id < ?", "and s.task_id >= ? and s.task_id < ?", "and false")
            + KEEP;

    private RemovalStore() {}

    /** In the transaction that removes these tasks, before their attempts go. */
    public static void keepOutcomes(Connection connection, long first, long last, Array ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_TASKS)) {
            statement.setLong(1, first);
            statement.setLong(2, last);
            statement.setArray(3, ids);
            statement.setArray(4, ids);
            statement.executeUpdate();
        }
    }

    /** The same of all tasks from an id on and before another. */
    public static void keepOutcomes(Connection connection, long from, long before) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(OF_RANGE)) {
            statement.setLong(1, from);
            statement.setLong(2, before);
            statement.setLong(3, from);
            statement.setLong(4, before);
            statement.executeUpdate();
        }
    }
}
