package escapement.calibration.map;

import java.util.function.DoubleUnaryOperator;

/**
 * How well a map foretold outcomes that it was not fitted on, and by how much better than the map in force, with the
 * standard error of that.
 */
public record Score(
        String method,
        double logLoss,
        double brier,
        double logLossGain,
        double logLossGainError,
        double brierGain,
        double brierGainError) {
    private static final double SUREST = 0.001; // or one failure of somebody certain outweighs everything

    static Score of(String method, Evidence fresh, DoubleUnaryOperator map, DoubleUnaryOperator live) {
        double n = fresh.weight();
        Gain logLoss = new Gain();
        Gain brier = new Gain();
        for (Evidence.Row row : fresh.rows()) {
            double p = map.applyAsDouble(row.confidence());
            double q = live.applyAsDouble(row.confidence());
            double failures = row.weight() - row.successes();
            logLoss.add(row.successes(), -log(p), -log(q));
            logLoss.add(failures, -log(1 - p), -log(1 - q));
            brier.add(row.successes(), (1 - p) * (1 - p), (1 - q) * (1 - q));
            brier.add(failures, p * p, q * q);
        }
        return new Score(
                method,
                logLoss.loss / n,
                brier.loss / n,
                logLoss.gain / n,
                logLoss.error(n),
                brier.gain / n,
                brier.error(n));
    }

    private static double log(double p) {
        return StrictMath.log(Math.clamp(p, SUREST, 1 - SUREST));
    }

    private static final class Gain {
        private double loss;
        private double gain;
        private double squares;

        private void add(double outcomes, double mine, double theirs) {
            loss += outcomes * mine;
            gain += outcomes * (theirs - mine);
            squares += outcomes * (theirs - mine) * (theirs - mine);
        }

        private double error(double n) {
            double mean = gain / n;
            return StrictMath.sqrt(Math.max(0, squares / n - mean * mean) / n);
        }
    }
}
