package escapement.calibration.map;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Both arms of the cumulative sum, day by day or batch by batch, since the map in force came.
 *
 * @param version of the map; null for none
 * @param since its day, from which on nothing is added yet; without a map, a year ago
 */
public record DriftSeries(@Nullable Integer version, LocalDate since, List<Point> points) {
    /** @param day the last of those that this point adds @param n their outcomes @param up more came true @param down less came true */
    public record Point(LocalDate day, long n, double up, double down) {}

    public DriftSeries {
        points = List.copyOf(points);
    }
}
