package escapement.calibration.report;

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

    boolean isFinerThanMonths() {
        return this == DAY || this == WEEK;
    }
}
