package escapement.calibration.score;

/** Where a value lies, most probably. */
public record Interval(double low, double high) {}
