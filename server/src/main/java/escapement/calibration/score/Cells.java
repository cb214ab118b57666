package escapement.calibration.score;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Outcomes by cells of nearly equal confidence, the lowest first, empty ones left out. Everything worked out from them
 * takes each outcome's confidence for its cell's mean: exact where a cell has one value, which with thousandths is so for
 * confidences of three decimals.
 */
public final class Cells {
    private final List<Sums> list;
    private final Sums total;

    private Cells(List<Sums> list) {
        this.list = list;
        this.total = list.stream().reduce(Sums.NONE, Sums::plus);
    }

    public static Cells of(Collection<Sums> cells) {
        return new Cells(cells.stream()
                .filter(cell -> !cell.isEmpty())
                .sorted(Comparator.comparingDouble(Sums::mean))
                .toList());
    }

    public List<Sums> list() {
        return list;
    }

    public Sums total() {
        return total;
    }
}
