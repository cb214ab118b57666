package escapement.calibration.map;

import java.math.BigInteger;
import java.util.Map;

/**
 * Outcomes at one thousandth of confidence, exactly: each counted as often as it weighs, so that the order of adding does
 * not matter.
 *
 * @param confidence the sum of what was stated, in millionths
 */
record Sum(BigInteger n, BigInteger successes, BigInteger confidence) {
    static final Sum NONE = new Sum(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

    Sum plus(Sum other) {
        return new Sum(n.add(other.n), successes.add(other.successes), confidence.add(other.confidence));
    }

    boolean isNone() {
        return n.signum() == 0;
    }

    /** @param of what an outcome of full weight was counted as */
    private Evidence.Row row(double of) {
        double mean = confidence.doubleValue() / n.doubleValue() / 1e6;
        return new Evidence.Row(Math.min(1, mean), n.doubleValue() / of, successes.doubleValue() / of);
    }

    /** @param sums by the thousandth, in its order */
    static Evidence evidence(Map<Integer, Sum> sums, double of) {
        return new Evidence(sums.values().stream()
                .filter(sum -> !sum.isNone())
                .map(sum -> sum.row(of))
                .toList());
    }
}
