package escapement.calibration.score;

/** The mean surprise, with confidences taken inside [0.001, 0.999]: one failure at 1.0 costs 6.9 and not infinity. */
public final class LogLoss {
    private static final double EDGE = 0.001;

    private LogLoss() {}

    /** With one outcome at least. */
    public static double of(Cells cells) {
        double sum = 0;
        for (Sums cell : cells.list()) {
            double claimed = Math.clamp(cell.mean(), EDGE, 1 - EDGE);
            sum -= cell.s() * Math.log(claimed) + cell.failures() * Math.log(1 - claimed);
        }
        return sum / cells.total().n();
    }
}
