package escapement.calibration.score;

/** How claims of 0.7 or more fare as predictions of success. */
public record Confusion(long truePositive, long falsePositive, long falseNegative, long trueNegative) {
    private static final int FIRST_BIN = 7;

    public static Confusion of(Bins bins) {
        Sums predicted = Sums.NONE;
        for (int bin = FIRST_BIN; bin < Bins.COUNT; bin++) {
            predicted = predicted.plus(bins.get(bin));
        }
        Sums total = bins.total();
        return new Confusion(
                predicted.s(),
                predicted.failures(),
                total.s() - predicted.s(),
                total.failures() - predicted.failures());
    }
}
