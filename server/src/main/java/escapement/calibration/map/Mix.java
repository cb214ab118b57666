package escapement.calibration.map;

import java.util.Arrays;
import java.util.Optional;

/** How far the mix of stated confidences has moved. */
final class Mix {
    private static final long LEAST = 500; // with fewer, chance alone moves it noticeably

    private Mix() {}

    /** The population stability index of two histograms: from 0.1 on worth a note, from 0.25 on a warning. Empty with too few outcomes. */
    static Optional<Double> moved(long[] from, long[] to) {
        double all = Arrays.stream(from).sum();
        double now = Arrays.stream(to).sum();
        if (all < LEAST || now < LEAST) {
            return Optional.empty();
        }
        double index = 0;
        for (int bin = 0; bin < from.length; bin++) {
            // half an outcome more in each bin, or an empty one would make it infinite
            double before = (from[bin] + 0.5) / (all + 0.5 * from.length);
            double after = (to[bin] + 0.5) / (now + 0.5 * from.length);
            index += (after - before) * StrictMath.log(after / before);
        }
        return Optional.of(index);
    }
}
