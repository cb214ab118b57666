package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** JSON as short, aligned text. What others wrote is shown without control characters: a terminal would obey them. */
final class Text {
    private static final int LONGEST_CELL = 60;
    private static final String NOTHING = "-";

    private Text() {}

    /** A value in one line. */
    static String of(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return NOTHING;
        }
        return line(value.isTextual() ? value.textValue() : Json.write(value));
    }

    static String line(String text) {
        String plain =
                text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
        return plain.isEmpty() ? NOTHING : plain;
    }

    /** One line for each field that says something, aligned. */
    static String fields(JsonNode object, String... names) {
        List<List<String>> rows = new ArrayList<>();
        for (String name : names) {
            JsonNode value = object.path(name);
            if (!value.isNull() && !value.isMissingNode() && !(value.isContainerNode() && value.isEmpty())) {
                rows.add(List.of(name, of(value)));
            }
        }
        return aligned(rows, Integer.MAX_VALUE);
    }

    /** A table of these columns, with a head. */
    static String table(JsonNode items, String... columns) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(columns));
        for (JsonNode item : items) {
            List<String> row = new ArrayList<>();
            for (String column : columns) {
                row.add(of(item.path(column)));
            }
            rows.add(row);
        }
        return aligned(rows, LONGEST_CELL);
    }

    private static String aligned(List<List<String>> rows, int longest) {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], Math.min(longest, row.get(i).length()));
            }
        }
        return rows.stream().map(row -> row(row, widths)).collect(Collectors.joining("\n"));
    }

    private static String row(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            String shown =
                    i + 1 < widths.length && cell.length() > widths[i] ? cell.substring(0, widths[i] - 1) + "…" : cell;
            line.append(shown);
            line.repeat(' ', i + 1 < widths.length ? widths[i] - shown.length() + 2 : 0);
        }
        return line.toString();
    }
}
