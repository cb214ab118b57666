package escapement.report;

import escapement.json.Fault;
import escapement.json.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One question.
 *
 * @param slow why it may take longer than 200 ms on ten million tasks; null when it does not
 * @param columns the names of what it answers, in order
 * @param sql one statement that only reads, with a {@code ?} for each of {@code binds}
 * @param binds the names of the parameters in the order in which the statement wants them
 */
public record Report(
        String name,
        String title,
        String question,
        @Nullable String slow,
        List<ReportParameter> parameters,
        List<String> columns,
        String sql,
        List<String> binds) {
    public Report {
        parameters = List.copyOf(parameters);
        columns = List.copyOf(columns);
        binds = List.copyOf(binds);
    }

    /**
     * What to bind, in order.
     *
     * @param given by parameter; what is not given takes its default
     * @throws InvalidInputException when a value does not fit
     */
    List<String> values(Map<String, String> given) {
        List<Fault> faults = new ArrayList<>();
        Map<String, String> values = new java.util.HashMap<>();
        for (ReportParameter parameter : parameters) {
            String value = given.get(parameter.name());
            values.put(parameter.name(), value == null ? parameter.otherwise() : parameter.value(value, faults));
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
        return binds.stream().map(values::get).toList();
    }
}
