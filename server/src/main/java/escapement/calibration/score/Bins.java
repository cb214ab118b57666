package escapement.calibration.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Outcomes in ten bins of equal width, each without its upper edge but the last: 0.7 is in the eighth. */
public final class Bins {
    public static final int COUNT = 10;
    private static final long WIDTH = 100_000;

    private final List<Sums> bins;
    private final Sums total;

    /** @param bins all ten, empty or not */
    public Bins(List<Sums> bins) {
        if (bins.size() != COUNT) {
            throw new IllegalArgumentException("there must be " + COUNT + " bins, got " + bins.size());
        }
        this.bins = List.copyOf(bins);
        this.total = bins.stream().reduce(Sums.NONE, Sums::plus);
    }

    /** Of finer cells, none of which crosses an edge. */
    public static Bins of(Cells cells) {
        Sums[] bins = new Sums[COUNT];
        Arrays.fill(bins, Sums.NONE);
        for (Sums cell : cells.list()) {
            int bin = index(cell.sc() / cell.n());
            bins[bin] = bins[bin].plus(cell);
        }
        return new Bins(List.of(bins));
    }

    public static int index(long c6) {
        return (int) Math.min(c6 / WIDTH, COUNT - 1);
    }

    /** As {@code [0.6-0.7]}, which is how submitters write it; the upper edge belongs to the next one. */
    public static String label(int bin) {
        return "[0." + bin + "-" + (bin == COUNT - 1 ? "1.0" : "0." + (bin + 1)) + "]";
    }

    public Sums get(int bin) {
        return bins.get(bin);
    }

    public Sums total() {
        return total;
    }

    public List<Sums> nonEmpty() {
        List<Sums> found = new ArrayList<>(bins);
        found.removeIf(Sums::isEmpty);
        return found;
    }
}
