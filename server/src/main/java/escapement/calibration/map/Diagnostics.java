package escapement.calibration.map;

import java.util.Optional;

/**
 * Other ways to recalibrate, for comparison and never for the gate. Empty where there is no such fit: one class of outcome,
 * classes that do not overlap, or too few different confidences.
 */
public final class Diagnostics {
    private static final double FARTHEST_LOG_TEMPERATURE = 4.9;

    private Diagnostics() {}

    /** logit P = intercept + slope * logit p. A slope below 1: too extreme; above: too timid. */
    public record Logistic(double slope, double intercept, double slopeError, double interceptError) {
        public double value(double confidence) {
            return LogisticFit.sigmoid(intercept + slope * Evidence.logit(confidence));
        }
    }

    /** 1 / (1 + exp(a p + b)) on the probability itself. */
    public record Platt(double a, double b) {}

    /** @param error the standard error */
    public record Intercept(double value, double error) {}

    public static Optional<Logistic> logistic(Evidence evidence) {
        if (evidence.isSeparable() || evidence.distinct() < 2) {
            return Optional.empty();
        }
        return LogisticFit.of(evidence.data(p -> new double[] {Evidence.logit(p), 1}), LogisticFit.Prior.none(2))
                .map(fitted -> new Logistic(
                        fitted.parameters()[0],
                        fitted.parameters()[1],
                        StrictMath.sqrt(fitted.covariance()[0][0]),
                        StrictMath.sqrt(fitted.covariance()[1][1])));
    }

    /** The intercept where the slope is 1: calibration in the large. */
    public static Optional<Intercept> intercept(Evidence evidence) {
        double successes = evidence.successes();
        if (successes == 0 || successes == evidence.weight()) {
            return Optional.empty();
        }
        return LogisticFit.of(evidence.data(p -> new double[] {1}, Evidence::logit), LogisticFit.Prior.none(1))
                .map(fitted -> new Intercept(fitted.parameters()[0], StrictMath.sqrt(fitted.covariance()[0][0])));
    }

    /** T of logit p / T. */
    public static Optional<Double> temperature(Evidence evidence) {
        if (evidence.isSeparable() || evidence.distinct() < 2) {
            return Optional.empty();
        }
        return LogisticFit.of(evidence.data(p -> new double[] {Evidence.logit(p)}), LogisticFit.Prior.none(1))
                .map(fitted -> 1 / fitted.parameters()[0])
                .filter(t -> t > 0 && Math.abs(StrictMath.log(t)) <= FARTHEST_LOG_TEMPERATURE);
    }

    /** As Platt did it, with his smoothed targets. */
    public static Optional<Platt> platt(Evidence evidence) {
        if (evidence.rows().stream().map(Evidence.Row::confidence).distinct().count() < 2) {
            return Optional.empty();
        }
        double good = evidence.successes();
        double bad = evidence.weight() - good;
        double goodTarget = (good + 1) / (good + 2);
        double badTarget = 1 / (bad + 2);
        LogisticFit.Data data = new LogisticFit.Data(
                evidence.rows().stream()
                        .map(row -> new double[] {row.confidence(), 1})
                        .toArray(double[][]::new),
                new double[evidence.rows().size()],
                evidence.rows().stream().mapToDouble(Evidence.Row::weight).toArray(),
                evidence.rows().stream()
                        .mapToDouble(row -> row.successes() * goodTarget + (row.weight() - row.successes()) * badTarget)
                        .toArray());
        return LogisticFit.of(data, LogisticFit.Prior.none(2))
                .map(fitted -> new Platt(0.0 - fitted.parameters()[0], 0.0 - fitted.parameters()[1]));
    }

    /** The beta map of greatest likelihood, shrunk towards nothing. */
    public static Optional<BetaMap> betaOfGreatestLikelihood(Evidence evidence) {
        if (evidence.isSeparable() || evidence.distinct() < 3) {
            return Optional.empty();
        }
        double[] none = new double[3];
        return LogisticFit.of(evidence.data(BetaMap::features), new LogisticFit.Prior(new double[] {1, 1, 0}, none, 2))
                .map(BetaMap::of);
    }
}
