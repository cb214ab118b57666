package escapement.calibration.map;

import java.util.List;

/**
 * Beta calibration: logit q = a ln p - b ln(1-p) + c with a, b >= 0, shrunk towards what was believed before. It exists
 * for all evidence, none included.
 *
 * @param covariance of a, b and c, row by row, by Laplace's approximation
 */
public record BetaMap(double a, double b, double c, List<Double> covariance) {
    /** One-sided 80 % of a normal distribution. */
    private static final double ONE_SIDED_80 = 0.841621233572914;

    private static final double[] PRECISION = {4, 4, 1}; // of standard deviations 0.5, 0.5, 1

    /** Takes everybody at their word, until there is evidence. */
    public static final BetaMap IDENTITY = new BetaMap(1, 1, 0, List.of(0.25, 0.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.0, 1.0));

    public BetaMap {
        covariance = List.copyOf(covariance);
    }

    /** @param before what is believed without the evidence */
    public static BetaMap fit(Evidence evidence, BetaMap before) {
        double[] mean = {before.a(), before.b(), before.c()};
        if (evidence.isEmpty()) {
            return new BetaMap(before.a(), before.b(), before.c(), IDENTITY.covariance());
        }
        return of(LogisticFit.of(evidence.data(BetaMap::features), new LogisticFit.Prior(mean, PRECISION, 2))
                .orElseThrow(() -> new IllegalStateException("no map fits evidence of weight " + evidence.weight()
                        + ", of which succeeded " + evidence.successes() + ": Newton's method did not end")));
    }

    static BetaMap of(LogisticFit.Fitted fitted) {
        double[] found = fitted.parameters();
        return new BetaMap(
                found[0],
                found[1],
                found[2],
                java.util.Arrays.stream(fitted.covariance())
                        .flatMapToDouble(java.util.Arrays::stream)
                        .boxed()
                        .toList());
    }

    static double[] features(double confidence) {
        double p = Evidence.clip(confidence);
        return new double[] {StrictMath.log(p), -StrictMath.log1p(-p), 1};
    }

    /** What a stated confidence is worth. */
    public double value(double confidence) {
        return LogisticFit.sigmoid(logit(features(confidence)));
    }

    /** What it is worth at least, in four of five such maps. Not monotone by itself: see {@link Knots}. */
    double lowerBound(double confidence) {
        double[] features = features(confidence);
        double variance = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                variance += features[i] * covariance.get(3 * i + j) * features[j];
            }
        }
        return LogisticFit.sigmoid(logit(features) - ONE_SIDED_80 * StrictMath.sqrt(variance));
    }

    private double logit(double[] features) {
        return a * features[0] + b * features[1] + c;
    }
}
