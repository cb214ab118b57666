package escapement.calibration.score;

import org.apache.commons.statistics.distribution.BetaDistribution;

/** Jeffreys's 95 % interval of a rate: what a beta prior of one half and one half says after the outcomes. */
public final class Jeffreys {
    private Jeffreys() {}

    /** @param n at least one */
    public static Interval of(long s, long n) {
        BetaDistribution after = BetaDistribution.of(s + 0.5, n - s + 0.5);
        return new Interval(
                s == 0 ? 0 : after.inverseCumulativeProbability(0.025),
                s == n ? 1 : after.inverseSurvivalProbability(0.025));
    }
}
