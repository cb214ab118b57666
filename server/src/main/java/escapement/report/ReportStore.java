package escapement.report;

import escapement.db.Database;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jooq.exception.DataAccessException;
import org.jspecify.annotations.Nullable;

/** SQL: asks a report, in a transaction that cannot write and ends in time. Thread-safe. */
final class ReportStore {
    private static final String QUERY_CANCELED = "57014";

    private final Database database;
    private final Duration timeout;

    ReportStore(Database database, Duration timeout) {
        this.database = database;
        this.timeout = timeout;
    }

    /** @return nothing when it took too long */
    Optional<ReportAnswer> ask(Report report, List<String> values, int limit) {
        try {
            return Optional.of(database.atOneMoment(tx -> {
                tx.execute("set local statement_timeout = " + timeout.toMillis());
                // pools plan once for all values, which is right for hot statements and wrong for a span of days
                tx.execute("set local plan_cache_mode = force_custom_plan");
                return tx.connectionResult(connection -> ask(connection, report, values, limit));
            }));
        } catch (DataAccessException e) {
            if (QUERY_CANCELED.equals(e.sqlState())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static ReportAnswer ask(Connection connection, Report report, List<String> values, int limit)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(report.sql())) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i), Types.OTHER); // as psql does: the statement says what it is
            }
            statement.setMaxRows(limit + 1);
            try (ResultSet row = statement.executeQuery()) {
                return answer(row, limit);
            }
        }
    }

    private static ReportAnswer answer(ResultSet row, int limit) throws SQLException {
        ResultSetMetaData meta = row.getMetaData();
        List<ReportAnswer.Column> columns = new ArrayList<>();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            columns.add(new ReportAnswer.Column(meta.getColumnLabel(i), type(meta.getColumnTypeName(i))));
        }
        List<List<@Nullable Object>> rows = new ArrayList<>();
        while (row.next()) {
            if (rows.size() == limit) {
                return new ReportAnswer(columns, rows, true);
            }
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 1; i <= columns.size(); i++) {
                values.add(value(row, i, columns.get(i - 1).type()));
            }
            rows.add(values);
        }
        return new ReportAnswer(columns, rows, false);
    }

    private static String type(String name) {
        return switch (name) {
            case "int2", "int4", "int8", "numeric", "float4", "float8" -> "number";
            case "bool" -> "boolean";
            case "timestamptz" -> "time";
            default -> "text";
        };
    }

    private static @Nullable Object value(ResultSet row, int column, String type) throws SQLException {
        return switch (type) {
            case "number" -> plain(row.getBigDecimal(column));
            case "boolean" -> row.getObject(column, Boolean.class);
            case "time" -> {
                OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
                yield time == null ? null : time.toInstant();
            }
            default -> row.getString(column);
        };
    }

    // 12.0 and 12 are one number, whichever way it was computed
    private static @Nullable BigDecimal plain(@Nullable BigDecimal number) {
        if (number == null) {
            return null;
        }
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
