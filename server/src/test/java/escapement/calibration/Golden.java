package escapement.calibration;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.calibration.score.Cells;
import escapement.calibration.score.Sums;
import escapement.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/**
 * Outcomes and what the libraries of others made of them, from {@code src/test/resources/calibration}: whole data sets,
 * their slices and degenerate ones.
 *
 * @param slice the query that asks for it over HTTP
 */
public record Golden(String name, String slice, List<Row> rows, JsonNode expected) {
    /** An outcome. */
    public record Row(String action, String risk, long c6, boolean ok, LocalDate day) {}

    public static List<Golden> dataSets() {
        List<Golden> found = new ArrayList<>();
        for (String name : List.of("overconfident", "edge_ties")) {
            found.addAll(dataSet(name));
        }
        return found;
    }

    /** One data set, then its slices. */
    public static List<Golden> dataSet(String name) {
        List<Golden> found = new ArrayList<>();
        List<Row> rows = rows(name + ".csv");
        JsonNode expected = json(name + ".expected.json");
        found.add(new Golden(name, "", rows, expected.get("overall")));
        expected.path("by_action")
                .properties()
                .forEach(slice -> found.add(new Golden(
                        name + " " + slice.getKey(),
                        "&action=" + slice.getKey(),
                        rows.stream()
                                .filter(row -> row.action().equals(slice.getKey()))
                                .toList(),
                        slice.getValue())));
        expected.path("by_risk")
                .properties()
                .forEach(slice -> found.add(new Golden(
                        name + " " + slice.getKey(),
                        "&risk=" + slice.getKey(),
                        rows.stream()
                                .filter(row -> row.risk().equals(slice.getKey()))
                                .toList(),
                        slice.getValue())));
        return found;
    }

    public static List<Golden> degenerate() {
        List<Golden> found = new ArrayList<>();
        json("degenerate.expected.json").properties().forEach(one -> {
            List<Row> rows = new ArrayList<>();
            one.getValue()
                    .get("rows")
                    .forEach(row -> rows.add(new Row(
                            "any",
                            "LOW",
                            row.get(0).longValue(),
                            row.get(1).intValue() == 1,
                            LocalDate.of(2025, 3, 1))));
            found.add(new Golden(one.getKey(), "", rows, one.getValue().get("expected")));
        });
        return found;
    }

    public static Stream<Golden> all() {
        return Stream.concat(dataSets().stream(), degenerate().stream());
    }

    /** A cell for each confidence there is. */
    public Cells distinct() {
        return cells(c6 -> c6);
    }

    /** A cell for each thousandth, as the tables have them. */
    public Cells thousandths() {
        return cells(c6 -> c6 / 1000);
    }

    private Cells cells(LongUnaryOperator key) {
        Map<Long, Sums> cells = new TreeMap<>();
        rows.forEach(row -> cells.merge(key.applyAsLong(row.c6()), Sums.of(row.c6(), 1, row.ok() ? 1 : 0), Sums::plus));
        return Cells.of(cells.values());
    }

    @Override
    public String toString() {
        return name;
    }

    private static List<Row> rows(String file) {
        return text(file)
                .lines()
                .skip(1)
                .map(line -> line.split(","))
                .map(cell -> new Row(
                        cell[1],
                        cell[2],
                        Long.parseLong(cell[3].replace(".", "")),
                        cell[5].equals("true"),
                        LocalDate.parse(cell[7].substring(0, 10))))
                .toList();
    }

    private static JsonNode json(String file) {
        return Json.parse(text(file));
    }

    private static String text(String file) {
        try (InputStream in = Golden.class.getResourceAsStream("/calibration/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
