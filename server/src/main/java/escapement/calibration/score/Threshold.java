package escapement.calibration.score;

import org.jspecify.annotations.Nullable;

/**
 * What would have run if a confidence of this or more had been asked for.
 *
 * @param approved outcomes that would have run
 * @param deferred outcomes that would not
 * @param netBenefit successes less failures, a failure weighing t / (1 - t); null at 1, where it would weigh infinitely, and without outcomes
 */
public record Threshold(
        double threshold,
        Sums approved,
        long deferred,
        long failuresAvoided,
        long successesDeferred,
        @Nullable Double netBenefit) {
    /**
     * @param thousandths of confidence; finer ones would cut a cell
     */
    public static Threshold of(Cells cells, int thousandths) {
        Sums approved = Sums.NONE;
        for (Sums cell : cells.list()) {
            if (cell.sc() / cell.n() >= thousandths * 1000L) {
                approved = approved.plus(cell);
            }
        }
        Sums total = cells.total();
        double threshold = thousandths / 1000.0;
        Double benefit = thousandths == 1000 || total.isEmpty()
                ? null
                : (approved.s() - approved.failures() * threshold / (1 - threshold)) / total.n();
        return new Threshold(
                threshold,
                approved,
                total.n() - approved.n(),
                total.failures() - approved.failures(),
                total.s() - approved.s(),
                benefit);
    }
}
