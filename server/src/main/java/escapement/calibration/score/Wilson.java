package escapement.calibration.score;

/** Wilson's 95 % interval of a rate: right in coverage where the usual one says "0 of 5, so never". */
public final class Wilson {
    private static final double Z = 1.959963984540054;

    private Wilson() {}

    /** @param n at least one */
    public static Interval of(long s, long n) {
        double middle = s + Z * Z / 2;
        double reach = Z * Math.sqrt((double) s * (n - s) / n + Z * Z / 4);
        double low = s == 0 ? 0 : Math.max(0, (middle - reach) / (n + Z * Z));
        double high = s == n ? 1 : Math.min(1, (middle + reach) / (n + Z * Z));
        return new Interval(low, high);
    }
}
