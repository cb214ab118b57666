package escapement.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Looks into, or reaches behind the back of, the product's tables. */
public final class Sql {
    private Sql() {}

    public static int update(TestDatabase database, String sql, Object... parameters) {
        try {
            return database.ask(connection -> update(connection, sql, parameters));
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    public static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = bind(connection, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    /** The first column of the first row as a number; 0 for null. */
    public static long number(TestDatabase database, String sql, Object... parameters) {
        try {
            return database.ask(connection -> number(connection, sql, parameters));
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static long number(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = bind(connection, sql, parameters);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** The first column of every row, as text. */
    public static List<String> texts(TestDatabase database, String sql, Object... parameters) {
        try {
            return database.ask(connection -> texts(connection, sql, parameters));
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static List<String> texts(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = bind(connection, sql, parameters);
                ResultSet row = statement.executeQuery()) {
            List<String> texts = new ArrayList<>();
            while (row.next()) {
                texts.add(row.getString(1));
            }
            return texts;
        }
    }

    private static PreparedStatement bind(Connection connection, String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }
}
