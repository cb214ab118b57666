package escapement.calibration.report;

import escapement.action.RiskLevel;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * SQL: outcomes by what the maps in force now make of their confidences. Each action has its own map, so its thousandths are
 * read apart, which are too many to be grouped by PostgreSQL: it hands out packed what does not change any more. For one
 * question, in its transaction.
 */
final class MappedStore {
    private static final String MAPS = """
            select a.id, a.name, m.knots
              from escapement.action a left join report.calibration_maps_in_force m on m.action = a.id
             where ?::text is null or a.name = ?
            """;

    // in both: 1 the days, 2 which actions, risk level and path
    private static final String PACKED = """
            select c.sign, c.action, c.period, c.cells from %1$s where %2$s
            """;
    private static final String NEWEST = """
            select c.action, c.period, c.micro, sum(c.n) as n, sum(c.s) as s
              from report.calibration_thousandths c
             where not c.is_rolled and %1$s and %2$s
             group by c.action, c.period, c.micro
            """;

    private final Map<Integer, Mapped> maps;
    private final String unmapped;

    private MappedStore(Map<Integer, Mapped> maps, String unmapped) {
        this.maps = maps;
        this.unmapped = unmapped;
    }

    /** @param action null for all */
    static MappedStore of(Connection connection, @Nullable String action) throws SQLException {
        Map<Integer, Mapped> maps = new TreeMap<>();
        StringBuilder unmapped = new StringBuilder();
        try (PreparedStatement statement = connection.prepareStatement(MAPS)) {
            statement.setString(1, action);
            statement.setString(2, action);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Array knots = row.getArray("knots");
                    if (knots == null) {
                        unmapped.append(unmapped.isEmpty() ? "" : ", ").append(row.getInt("id"));
                    } else {
                        maps.put(row.getInt("id"), new Mapped(row.getString("name"), (Integer[]) knots.getArray()));
                    }
                }
            }
        }
        return new MappedStore(maps, unmapped.toString());
    }

    boolean isEmpty() {
        return maps.isEmpty();
    }

    /** The numbers of actions without a map, as a list for SQL. */
    String unmapped() {
        return unmapped;
    }

    /** @param finest by thousandths of calibrated confidence; otherwise by tenths */
    CellsByPart read(Connection connection, Question question, Window window, Part part, boolean finest)
            throws SQLException {
        Map<String, MappedSums> parts = new HashMap<>();
        String which = which(question);
        String periods = Span.of(window, part).stream()
                .map(span -> span.sql("escapement.calibration_packed"))
                .collect(Collectors.joining(" union all ", "(", ") c"));
        try (PreparedStatement statement = connection.prepareStatement(PACKED.formatted(periods, which));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Mapped map = Objects.requireNonNull(maps.get(row.getInt("action")));
                sums(parts, part, map, row, finest).add(row.getBytes("cells"), row.getInt("sign"), map.knots());
            }
        }
        String days = "c.period between date '%s' and date '%s'".formatted(window.from(), window.to());
        try (PreparedStatement statement = connection.prepareStatement(NEWEST.formatted(days, which));
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                Mapped map = Objects.requireNonNull(maps.get(row.getInt("action")));
                sums(parts, part, map, row, finest)
                        .add(map.knots()[row.getInt("micro")], row.getLong("n"), row.getLong("s"));
            }
        }
        CellsByPart found = new CellsByPart();
        parts.forEach((name, sums) -> sums.addTo(found, name));
        return found;
    }

    private static MappedSums sums(Map<String, MappedSums> parts, Part part, Mapped map, ResultSet row, boolean finest)
            throws SQLException {
        return parts.computeIfAbsent(
                part.of(map.action(), row.getObject("period", LocalDate.class)), some -> new MappedSums(finest));
    }

    private String which(Question question) {
        RiskLevel risk = question.risk();
        Question.Path path = question.path();
        return "c.action in (%s)"
                        .formatted(maps.keySet().stream().map(Object::toString).collect(Collectors.joining(", ")))
                + (risk == null ? "" : " and c.risk_level = '" + risk + "'")
                + (path == null ? " and c.path <> 'HUMAN'" : " and c.path = '" + path + "'");
    }

    private record Mapped(String action, int[] knots) {
        private Mapped(String action, Integer[] knots) {
            this(action, Arrays.stream(knots).mapToInt(Integer::intValue).toArray());
        }
    }
}
