package escapement.calibration.report;

/** By what outcomes are kept apart. */
public enum Part {
    NOTHING("''", "''"),
    ACTION("c.action_name", "c.action_name"),
    DAY("c.day::text", "c.period::text"),
    WEEK("date_trunc('week', c.day::timestamp)::date::text", "date_trunc('week', c.period::timestamp)::date::text"),
    MONTH("date_trunc('month', c.day::timestamp)::date::text", "date_trunc('month', c.period::timestamp)::date::text");

    private final String ofSums;
    private final String ofThousandths;

    Part(String ofSums, String ofThousandths) {
        this.ofSums = ofSums;
        this.ofThousandths = ofThousandths;
    }

    String ofSums() {
        return ofSums;
    }

    String ofThousandths() {
        return ofThousandths;
    }

    boolean isFinerThanMonths() {
        return this == DAY || this == WEEK;
    }
}
