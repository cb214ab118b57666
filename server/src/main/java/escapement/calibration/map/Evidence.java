package escapement.calibration.map;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Outcomes by stated confidence: one row for each distinct confidence, or for each thousandth of confidence with the mean
 * of what was stated there.
 */
public record Evidence(List<Row> rows) {
    /** Confidences nearer to 0 or 1 count as these in every fit: nobody is surer than that by measure. */
    private static final double NEAREST = 0.01;

    public static final Evidence NONE = new Evidence(List.of());

    /** @param weight of the outcomes; their number, where none is forgotten @param successes the weight of those that succeeded */
    public record Row(double confidence, double weight, double successes) {
        public Row {
            if (!(confidence >= 0 && confidence <= 1 && weight > 0 && successes >= 0 && successes <= weight)) {
                throw new IllegalArgumentException("no evidence: confidence " + confidence + ", weight " + weight
                        + ", of which succeeded " + successes);
            }
        }

        double clipped() {
            return clip(confidence);
        }
    }

    public Evidence {
        rows = List.copyOf(rows);
    }

    static double clip(double confidence) {
        return Math.clamp(confidence, NEAREST, 1 - NEAREST);
    }

    static double logit(double confidence) {
        double p = clip(confidence);
        return StrictMath.log(p) - StrictMath.log1p(-p);
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    double weight() {
        return rows.stream().mapToDouble(Row::weight).sum();
    }

    double successes() {
        return rows.stream().mapToDouble(Row::successes).sum();
    }

    /** Confidences as a fit sees them. */
    long distinct() {
        return rows.stream().mapToDouble(Row::clipped).distinct().count();
    }

    /** Whether some line through the confidences parts successes from failures, so that no likelihood is the greatest. */
    boolean isSeparable() {
        double[] good = where(row -> row.successes() > 0);
        double[] bad = where(row -> row.successes() < row.weight());
        if (good.length == 0 || bad.length == 0) {
            return true;
        }
        return good[0] >= bad[bad.length - 1] || good[good.length - 1] <= bad[0];
    }

    private double[] where(java.util.function.Predicate<Row> wanted) {
        return rows.stream().filter(wanted).mapToDouble(Row::clipped).sorted().toArray();
    }

    LogisticFit.Data data(java.util.function.DoubleFunction<double[]> features) {
        return data(features, confidence -> 0);
    }

    LogisticFit.Data data(
            java.util.function.DoubleFunction<double[]> features, java.util.function.DoubleUnaryOperator offset) {
        return new LogisticFit.Data(
                rows.stream().map(row -> features.apply(row.confidence())).toArray(double[][]::new),
                rows.stream()
                        .mapToDouble(row -> offset.applyAsDouble(row.confidence()))
                        .toArray(),
                rows.stream().mapToDouble(Row::weight).toArray(),
                rows.stream().mapToDouble(Row::successes).toArray());
    }

    /** Each outcome given by its confidence in millionths and whether it was a success. */
    public static Evidence ofOutcomes(int[] millionths, boolean[] successes) {
        List<Row> rows = new ArrayList<>();
        int[] distinct = IntStream.of(millionths).distinct().sorted().toArray();
        for (int value : distinct) {
            long n = 0;
            long s = 0;
            for (int i = 0; i < millionths.length; i++) {
                if (millionths[i] == value) {
                    n++;
                    s += successes[i] ? 1 : 0;
                }
            }
            rows.add(new Row(value / 1e6, n, s));
        }
        return new Evidence(rows);
    }
}
