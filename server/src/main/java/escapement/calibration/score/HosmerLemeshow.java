package escapement.calibration.score;

import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/** Whether the gaps of the bins are those of chance: always "no" over millions, always "maybe" over a hundred. */
public record HosmerLemeshow(double chi2, int degrees, double pValue) {
    /** @return nothing when a bin's mean confidence is 0 or 1, or all are empty */
    public static Optional<HosmerLemeshow> of(Bins bins) {
        List<Sums> nonEmpty = bins.nonEmpty();
        double chi2 = 0;
        for (Sums bin : nonEmpty) {
            double mean = bin.mean();
            if (mean <= 0 || mean >= 1) {
                return Optional.empty();
            }
            chi2 += bin.n() * bin.gap() * bin.gap() / (mean * (1 - mean));
        }
        if (nonEmpty.isEmpty()) {
            return Optional.empty();
        }
        double pValue = ChiSquaredDistribution.of(nonEmpty.size()).survivalProbability(chi2);
        return Optional.of(new HosmerLemeshow(chi2, nonEmpty.size(), pValue));
    }
}
