package escapement.calibration.score;

import org.apache.commons.statistics.distribution.BinomialDistribution;

/** Where 95 % of the observed rates would lie if the mean confidence were right. */
public final class ConsistencyBand {
    private ConsistencyBand() {}

    /** @param n at least one */
    public static Interval of(long n, double mean) {
        BinomialDistribution right = BinomialDistribution.of(Math.toIntExact(n), mean);
        return new Interval(
                (double) right.inverseCumulativeProbability(0.025) / n,
                (double) right.inverseCumulativeProbability(0.975) / n);
    }
}
