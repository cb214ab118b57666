package escapement.calibration.report;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;

/** By what outcomes are kept apart. */
public enum Part {
    NOTHING("''"),
    ACTION("c.action_name"),
    DAY("c.period::text"),
    WEEK("date_trunc('week', c.period::timestamp)::date::text"),
    MONTH("date_trunc('month', c.period::timestamp)::date::text");

    private final String sql;

    Part(String sql) {
        this.sql = sql;
    }

    String sql() {
        return sql;
    }

    /** The same of an action's period. */
    String of(String action, LocalDate period) {
        return switch (this) {
            case NOTHING -> "";
            case ACTION -> action;
            case DAY -> period.toString();
            case WEEK ->
                period.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).toString();
            case MONTH -> period.withDayOfMonth(1).toString();
        };
    }

    boolean isFinerThanMonths() {
        return this == DAY || this == WEEK;
    }
}
