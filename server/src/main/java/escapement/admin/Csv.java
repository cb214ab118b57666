package escapement.admin;

import java.math.BigDecimal;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lines of comma-separated values (RFC 4180), made so that no spreadsheet takes a value for a formula. */
final class Csv {
    private static final String FORMULA_STARTS = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20";

    private Csv() {}

    static String line(Stream<? extends @Nullable String> values) {
        return values.map(Csv::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    /** As {@link #line}; a number is no formula, whatever its sign. */
    static String row(Stream<? extends @Nullable Object> values) {
        return values.map(value -> value instanceof BigDecimal number ? number.toPlainString() : cell(text(value)))
                .collect(Collectors.joining(",", "", "\r\n"));
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static String cell(@Nullable String value) {
        if (value == null) {
            return "";
        }
        return '"' + inert(value).replace("\"", "\"\"") + '"';
    }

    // white space before it does not keep every spreadsheet from seeing a formula
    private static String inert(String value) {
        String start = value.stripLeading();
        boolean formula = !value.isEmpty() && FORMULA_STARTS.indexOf(value.charAt(0)) >= 0
                || !start.isEmpty() && FORMULA_STARTS.indexOf(start.charAt(0)) >= 0;
        return formula ? "'" + value : value;
    }
}
