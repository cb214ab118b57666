package escapement.queue;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/**
 * Binds a list of records to a statement as one array per column, for {@code unnest}. One of the columns must have a value
 * in each row. For one thread.
 */
final class Columns<T> {
    private final PGConnection connection; // its arrays take primitives and travel in binary
    private final PreparedStatement statement;
    private final List<T> rows;
    private int parameter;

    Columns(PreparedStatement statement, List<T> rows) throws SQLException {
        this(statement, rows, 0);
    }

    /** @param bound how many parameters stand before the arrays */
    Columns(PreparedStatement statement, List<T> rows, int bound) throws SQLException {
        this.parameter = bound;
        this.connection = statement.getConnection().unwrap(PGConnection.class);
        this.statement = statement;
        this.rows = rows;
    }

    Columns<T> bigint(ToLongFunction<T> value) throws SQLException {
        return bind("int8", rows.stream().mapToLong(value).toArray());
    }

    Columns<T> integer(ToIntFunction<T> value) throws SQLException {
        return bind("int4", rows.stream().mapToInt(value).toArray());
    }

    Columns<T> smallint(ToIntFunction<T> value) throws SQLException {
        short[] values = new short[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (short) value.applyAsInt(rows.get(i));
        }
        return bind("int2", values);
    }

    Columns<T> bool(Predicate<T> value) throws SQLException {
        boolean[] values = new boolean[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.test(rows.get(i));
        }
        return bind("bool", values);
    }

    Columns<T> text(Function<T, @Nullable String> value) throws SQLException {
        String[] values = rows.stream().map(value).toArray(String[]::new);
        boolean none = Arrays.stream(values).allMatch(Objects::isNull);
        return bind("text", none ? new String[0] : values); // which unnest fills up with nulls, without reading any
    }

    /** For enums, numerics, json and times: sent as text, cast in the statement. */
    Columns<T> castFromText(Function<T, ? extends @Nullable Object> value) throws SQLException {
        return text(row -> {
            Object object = value.apply(row);
            return object == null ? null : object.toString();
        });
    }

    private Columns<T> bind(String type, Object array) throws SQLException {
        statement.setArray(++parameter, connection.createArrayOf(type, array));
        return this;
    }

    /** Where single parameters after the arrays start. */
    int next() {
        return parameter + 1;
    }
}
