package escapement.calibration.report;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/**
 * Periods to read, both ends included, that are added (sign 1) or taken away (-1): whole months where they do, and of a month
 * that the window cuts either the days inside or the days outside, whichever are fewer. Sums are exact, so both come to the same.
 *
 * @param isMonth whether the periods are months, named by their first days
 */
record Span(boolean isMonth, LocalDate first, LocalDate last, int sign) {
    static List<Span> of(Window window, Part part) {
        if (part.isFinerThanMonths()) {
            return List.of(days(window.from(), window.to(), 1));
        }
        YearMonth first = YearMonth.from(window.from());
        YearMonth last = YearMonth.from(window.to());
        if (first.equals(last)) {
            return ofOneMonth(window, first);
        }
        List<Span> spans = new ArrayList<>();
        LocalDate start = first.atDay(1);
        LocalDate end = last.atEndOfMonth();
        int before = window.from().getDayOfMonth() - 1;
        int after = last.lengthOfMonth() - window.to().getDayOfMonth();
        if (before > first.lengthOfMonth() / 2) {
            spans.add(days(window.from(), first.atEndOfMonth(), 1));
            start = first.plusMonths(1).atDay(1);
        } else if (before > 0) {
            spans.add(days(start, window.from().minusDays(1), -1));
        }
        if (after > last.lengthOfMonth() / 2) {
            spans.add(days(last.atDay(1), window.to(), 1));
            end = last.minusMonths(1).atEndOfMonth();
        } else if (after > 0) {
            spans.add(days(window.to().plusDays(1), end, -1));
        }
        spans.add(new Span(true, start, end, 1));
        return spans;
    }

    /** Its rows of a view. */
    String sql(String view) {
        return "select %d as sign, v.* from %s v where %s v.is_month and v.period between date '%s' and date '%s'"
                .formatted(sign, view, isMonth ? "" : "not", first, last);
    }

    private static List<Span> ofOneMonth(Window window, YearMonth month) {
        boolean whole = window.from().equals(month.atDay(1)) && window.to().equals(month.atEndOfMonth());
        return List.of(whole ? new Span(true, window.from(), window.to(), 1) : days(window.from(), window.to(), 1));
    }

    private static Span days(LocalDate first, LocalDate last, int sign) {
        return new Span(false, first, last, sign);
    }
}
