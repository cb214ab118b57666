package escapement.metricslog;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The names behind the numbers of one table's rows, which never change: each is read once. Thread-safe. */
final class KnownNames {
    private final String sql;
    private final Map<Integer, String> known = new ConcurrentHashMap<>();

    KnownNames(String table, String number) {
        this.sql = "select name from escapement.%s where %s = ?".formatted(table, number);
    }

    String of(Connection connection, int number) throws SQLException {
        String name = known.get(number);
        if (name == null) {
            name = read(connection, number);
            known.put(number, name);
        }
        return name;
    }

    private String read(Connection connection, int number) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, number);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    return row.getString(1);
                }
            }
        }
        throw new IllegalStateException("nothing has the number " + number + ": " + sql);
    }
}
