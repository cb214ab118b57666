package escapement.calibration.score;

/** How often a success had the higher confidence than a failure, a tie counting one half. */
public final class Auroc {
    private Auroc() {}

    /** With one success and one failure at least. */
    public static double of(Cells cells) {
        double won = 0;
        long failuresBelow = 0;
        for (Sums cell : cells.list()) {
            won += cell.s() * (failuresBelow + cell.failures() / 2.0);
            failuresBelow += cell.failures();
        }
        return won / ((double) cells.total().s() * cells.total().failures());
    }
}
