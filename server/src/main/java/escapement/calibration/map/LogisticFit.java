package escapement.calibration.map;

import java.util.Arrays;
import java.util.Optional;

/**
 * A weighted logistic regression, logit q = offset + d·θ, of greatest likelihood or, with a prior, greatest posterior.
 * Where some parameters must not be negative, those that want to be are 0.
 *
 * <p>All of it by {@code StrictMath}: the same outcomes give the same map on every machine.
 */
final class LogisticFit {
    private static final int MOST_STEPS = 100;
    private static final double SMALL_STEP = 1e-12;
    private static final double DIVERGED = 50;

    private final Data data;
    private final Prior prior;

    /** @param weights of each row @param successes of that weight, from none to all of it */
    record Data(double[][] features, double[] offsets, double[] weights, double[] successes) {
        int rows() {
            return weights.length;
        }
    }

    /** @param precision one divided by the variance; zeros for none @param bounded how many of the first parameters must not be negative */
    record Prior(double[] mean, double[] precision, int bounded) {
        static Prior none(int parameters) {
            return new Prior(new double[parameters], new double[parameters], 0);
        }
    }

    /** @param covariance the inverse of the curvature there, over all parameters, clamped ones included */
    record Fitted(double[] parameters, double[][] covariance) {}

    private LogisticFit(Data data, Prior prior) {
        this.data = data;
        this.prior = prior;
    }

    /** Empty when there is no such optimum: without a prior some data have none. */
    static Optional<Fitted> of(Data data, Prior prior) {
        return new LogisticFit(data, prior).fit();
    }

    private Optional<Fitted> fit() {
        // the function is convex: of the ways to clamp, exactly one leaves every clamped parameter wanting to be
        // negative
        for (int clamped = 0; clamped < 1 << prior.bounded(); clamped++) {
            double[] found = newton(free(clamped));
            if (found.length > 0 && isOptimum(found, clamped)) {
                return Optional.of(new Fitted(found, Symmetric.inverse(curvature(found))));
            }
        }
        return Optional.empty();
    }

    private int[] free(int clamped) {
        int[] free = new int[prior.mean().length];
        int n = 0;
        for (int j = 0; j < free.length; j++) {
            if ((clamped >> j & 1) == 0) {
                free[n++] = j;
            }
        }
        return Arrays.copyOf(free, n);
    }

    private boolean isOptimum(double[] found, int clamped) {
        double[] gradient = gradient(found);
        for (int j = 0; j < prior.bounded(); j++) {
            boolean isClamped = (clamped >> j & 1) == 1;
            if (isClamped ? gradient[j] < -1e-7 : found[j] < 0) {
                return false;
            }
        }
        return true;
    }

    /** The optimum over the free parameters, the others being 0; empty when there is none. */
    private double[] newton(int[] free) {
        double[] at = new double[prior.mean().length];
        for (int j : free) {
            at[j] = prior.mean()[j];
        }
        for (int tried = 0; tried < MOST_STEPS; tried++) {
            double[] gradient = gradient(at);
            double[] step = Symmetric.solve(part(curvature(at), free), part(gradient, free));
            double largest = Arrays.stream(step).map(Math::abs).max().orElse(0);
            if (!Double.isFinite(largest)) {
                return new double[0];
            }
            at = downhill(at, step, free);
            if (Arrays.stream(at).anyMatch(value -> Math.abs(value) > DIVERGED)) {
                return new double[0];
            }
            if (largest < SMALL_STEP) {
                return at;
            }
        }
        return isFlat(gradient(at), free) ? at : new double[0];
    }

    private static boolean isFlat(double[] gradient, int[] free) {
        return Arrays.stream(free).allMatch(j -> Math.abs(gradient[j]) < 1e-6);
    }

    /** A whole Newton step, or the half of it, a quarter … that leads down. */
    private double[] downhill(double[] at, double[] step, int[] free) {
        double here = loss(at);
        for (double length = 1; length > 1e-6; length /= 2) {
            double[] there = at.clone();
            for (int i = 0; i < free.length; i++) {
                there[free[i]] -= length * step[i];
            }
            // at the end of the way down both are equal but for rounding
            if (loss(there) <= here + 1e-12 * (1 + Math.abs(here))) {
                return there;
            }
        }
        return at;
    }

    private double loss(double[] at) {
        double loss = 0;
        for (int i = 0; i < data.rows(); i++) {
            double z = logit(at, i);
            loss += data.weights()[i] * softPlus(z) - data.successes()[i] * z;
        }
        for (int j = 0; j < at.length; j++) {
            double off = at[j] - prior.mean()[j];
            loss += 0.5 * prior.precision()[j] * off * off;
        }
        return loss;
    }

    private double[] gradient(double[] at) {
        double[] gradient = new double[at.length];
        for (int i = 0; i < data.rows(); i++) {
            double residual = data.weights()[i] * sigmoid(logit(at, i)) - data.successes()[i];
            for (int j = 0; j < at.length; j++) {
                gradient[j] += data.features()[i][j] * residual;
            }
        }
        for (int j = 0; j < at.length; j++) {
            gradient[j] += prior.precision()[j] * (at[j] - prior.mean()[j]);
        }
        return gradient;
    }

    private double[][] curvature(double[] at) {
        double[][] curvature = new double[at.length][at.length];
        for (int i = 0; i < data.rows(); i++) {
            double q = sigmoid(logit(at, i));
            double weight = data.weights()[i] * q * (1 - q);
            double[] features = data.features()[i];
            for (int j = 0; j < at.length; j++) {
                for (int k = 0; k < at.length; k++) {
                    curvature[j][k] += weight * features[j] * features[k];
                }
            }
        }
        for (int j = 0; j < at.length; j++) {
            curvature[j][j] += prior.precision()[j];
        }
        return curvature;
    }

    private double logit(double[] at, int row) {
        double z = data.offsets()[row];
        for (int j = 0; j < at.length; j++) {
            z += data.features()[row][j] * at[j];
        }
        return z;
    }

    private static double[] part(double[] whole, int[] free) {
        return Arrays.stream(free).mapToDouble(j -> whole[j]).toArray();
    }

    private static double[][] part(double[][] whole, int[] free) {
        return Arrays.stream(free).mapToObj(j -> part(whole[j], free)).toArray(double[][]::new);
    }

    static double sigmoid(double z) {
        if (z >= 0) {
            return 1 / (1 + StrictMath.exp(-z));
        }
        double e = StrictMath.exp(z);
        return e / (1 + e);
    }

    private static double softPlus(double z) {
        return Math.max(z, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
    }
}
