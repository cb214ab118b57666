package escapement.calibration.score;

import java.math.BigInteger;

/**
 * What is added up, exactly, over some outcomes; confidences are in millionths.
 *
 * @param n outcomes
 * @param s of them successes
 * @param sc their confidences
 * @param scc the squares of their confidences; beyond a long from nine million outcomes on
 * @param scs the confidences of the successes
 */
public record Sums(long n, long s, long sc, BigInteger scc, long scs) {
    public static final Sums NONE = new Sums(0, 0, 0, BigInteger.ZERO, 0);
    static final double UNIT = 1e6;

    public Sums {
        if (n < 0 || s < 0 || s > n) {
            throw new IllegalArgumentException("of " + n + " outcomes " + s + " cannot be successes");
        }
    }

    /** Outcomes that all had this confidence. */
    public static Sums of(long c6, long n, long s) {
        BigInteger confidence = BigInteger.valueOf(c6);
        return new Sums(n, s, c6 * n, confidence.multiply(confidence).multiply(BigInteger.valueOf(n)), c6 * s);
    }

    public Sums plus(Sums other) {
        return new Sums(n + other.n, s + other.s, sc + other.sc, scc.add(other.scc), scs + other.scs);
    }

    public boolean isEmpty() {
        return n == 0;
    }

    public long failures() {
        return n - s;
    }

    /** Mean confidence; of outcomes only. */
    public double mean() {
        return confidences() / n;
    }

    /** Observed rate; of outcomes only. */
    public double rate() {
        return (double) s / n;
    }

    /** Mean confidence less observed rate: positive where claims are too high. From integers, so that equal is equal. */
    public double gap() {
        return (sc - s * 1_000_000.0) / UNIT / n;
    }

    /** The mean squared difference between confidence and outcome; of outcomes only. */
    public double brier() {
        return squaredErrors() / n;
    }

    double confidences() {
        return sc / UNIT;
    }

    double squares() {
        return scc.doubleValue() / (UNIT * UNIT);
    }

    double confidencesOfSuccesses() {
        return scs / UNIT;
    }

    /** The sum of squared differences between confidence and outcome. */
    double squaredErrors() {
        BigInteger unit = BigInteger.valueOf(1_000_000);
        BigInteger twice = BigInteger.valueOf(scs).shiftLeft(1).multiply(unit);
        BigInteger ones = BigInteger.valueOf(s).multiply(unit).multiply(unit);
        return scc.subtract(twice).add(ones).doubleValue() / (UNIT * UNIT);
    }
}
