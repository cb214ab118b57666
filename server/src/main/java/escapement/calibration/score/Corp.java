package escapement.calibration.score;

import java.util.List;

/**
 * The Brier score against that of the isotonic curve, without bins: brier = miscalibration - discrimination + uncertainty.
 * In sample, so both are a little too high where outcomes are few.
 *
 * @param meanDistance of the claims from the curve, weighted by outcomes
 * @param mostDistance of one claim
 */
public record Corp(
        double miscalibration, double discrimination, double uncertainty, double meanDistance, double mostDistance) {
    /** With one outcome at least. */
    public static Corp of(Cells cells) {
        List<Isotonic.Block> blocks = Isotonic.of(cells);
        Sums total = cells.total();
        double n = total.n();
        double curve = 0;
        for (Isotonic.Block block : blocks) {
            curve += block.sums().n() * block.rate() * (1 - block.rate());
        }
        double sum = 0;
        double most = 0;
        int at = 0;
        for (Sums cell : cells.list()) {
            while (cell.mean() > blocks.get(at).to()) {
                at++;
            }
            double distance = Math.abs(cell.mean() - blocks.get(at).rate());
            sum += cell.n() * distance;
            most = Math.max(most, distance);
        }
        double uncertainty = total.rate() * (1 - total.rate());
        return new Corp(total.brier() - curve / n, uncertainty - curve / n, uncertainty, sum / n, most);
    }
}
