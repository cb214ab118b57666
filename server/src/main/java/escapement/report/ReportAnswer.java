package escapement.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a report answered.
 *
 * @param rows their values: texts, numbers, booleans, instants and nulls
 * @param more whether there are further rows than were asked for
 */
public record ReportAnswer(List<Column> columns, List<List<@Nullable Object>> rows, boolean more) {
    public ReportAnswer {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /** One column. @param type text, number, boolean or time */
    public record Column(String name, String type) {}
}
