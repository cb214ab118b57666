package escapement.calibration.score;

import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * Whether the Brier score is that of right claims: standard normal if it is. Blind to claims of 0.5.
 *
 * @param pValue of both sides
 */
public record Spiegelhalter(double z, double pValue) {
    /** @return nothing when every confidence is 0, 0.5 or 1 */
    public static Optional<Spiegelhalter> of(Cells cells) {
        double variance = 0;
        for (Sums cell : cells.list()) {
            double claimed = cell.mean();
            variance += cell.n() * (1 - 2 * claimed) * (1 - 2 * claimed) * claimed * (1 - claimed);
        }
        if (variance <= 0) {
            return Optional.empty();
        }
        Sums total = cells.total();
        double difference = total.s() - 2 * total.confidencesOfSuccesses() - total.confidences() + 2 * total.squares();
        double z = difference / Math.sqrt(variance);
        return Optional.of(new Spiegelhalter(z, 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(z))));
    }
}
