package escapement.calibration.score;

import java.util.List;

/**
 * The parts of the Brier score: reliability - resolution + uncertainty + withinVariance - withinCovariance. Without the
 * last two they would not add up on bins.
 */
public record Murphy(
        double reliability, double resolution, double uncertainty, double withinVariance, double withinCovariance) {
    /** Over the cells of anything, bins too; with one outcome at least. */
    public static Murphy of(List<Sums> cells) {
        Sums total = cells.stream().reduce(Sums.NONE, Sums::plus);
        double base = total.rate();
        double reliability = 0;
        double resolution = 0;
        double variance = 0;
        double covariance = 0;
        for (Sums cell : cells) {
            double gap = cell.gap();
            reliability += cell.n() * gap * gap;
            resolution += cell.n() * (cell.rate() - base) * (cell.rate() - base);
            variance += cell.squares() - cell.confidences() * cell.mean();
            covariance += 2 * (cell.confidencesOfSuccesses() - cell.mean() * cell.s());
        }
        double n = total.n();
        return new Murphy(reliability / n, resolution / n, base * (1 - base), variance / n, covariance / n);
    }

    public double brier() {
        return reliability - resolution + uncertainty + withinVariance - withinCovariance;
    }
}
