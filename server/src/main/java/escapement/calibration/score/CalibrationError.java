package escapement.calibration.score;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far claims and rates are apart, over bins.
 *
 * @param expected ECE: the mean distance, weighted by outcomes
 * @param over the part of it where claims are too high
 * @param under the part of it where they are too low
 * @param most MCE: the greatest distance
 * @param mostOfLarge the same among bins of 30 outcomes or more; null when there is none
 * @param average ACE: the mean distance, every bin counting the same
 * @param rootMeanSquare of the distances, weighted by outcomes
 * @param squaredDebiased the weighted mean square, less what chance alone adds; may be negative
 * @param noiseFloor the expected error of somebody whose claims are right; one without the other says nothing
 */
public record CalibrationError(
        double expected,
        double over,
        double under,
        double most,
        @Nullable Double mostOfLarge,
        double average,
        double rootMeanSquare,
        double squaredDebiased,
        double noiseFloor) {
    private static final int LARGE = 30;

    /** @param bins with one outcome at least */
    public static CalibrationError of(Bins bins) {
        List<Sums> nonEmpty = bins.nonEmpty();
        double n = bins.total().n();
        double over = 0;
        double under = 0;
        double most = 0;
        Double mostOfLarge = null;
        double plain = 0;
        double squares = 0;
        double debiased = 0;
        double floor = 0;
        for (Sums bin : nonEmpty) {
            double weight = bin.n() / n;
            double gap = bin.gap();
            double rate = bin.rate();
            double mean = bin.mean();
            over += weight * Math.max(gap, 0);
            under += weight * Math.max(-gap, 0);
            plain += Math.abs(gap);
            most = Math.max(most, Math.abs(gap));
            if (bin.n() >= LARGE) {
                mostOfLarge = Math.max(mostOfLarge == null ? 0 : mostOfLarge, Math.abs(gap));
            }
            squares += weight * gap * gap;
            debiased += weight * (gap * gap - (bin.n() < 2 ? 0 : rate * (1 - rate) / (bin.n() - 1)));
            floor += weight * Math.sqrt(2 / Math.PI * mean * (1 - mean) / bin.n());
        }
        return new CalibrationError(
                over + under,
                over,
                under,
                most,
                mostOfLarge,
                plain / nonEmpty.size(),
                Math.sqrt(squares),
                debiased,
                floor);
    }
}
