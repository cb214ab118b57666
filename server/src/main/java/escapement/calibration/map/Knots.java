package escapement.calibration.map;

import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * A map as the gate reads it, in millionths: what a confidence of 0.000, 0.001 … 1.000 is worth, and at least is worth. A
 * confidence between two of them counts as the lower one.
 */
public record Knots(List<Integer> values, List<Integer> lower80) {
    public static final int COUNT = 1001;

    /** Without a map: what was stated, at least what its worth would be if a map could be anything. */
    public static final Knots IDENTITY = identity();

    public Knots {
        values = List.copyOf(values);
        lower80 = List.copyOf(lower80);
        if (values.size() != COUNT || lower80.size() != COUNT) {
            throw new IllegalArgumentException(
                    "a map has " + COUNT + " knots, got " + values.size() + " and " + lower80.size());
        }
    }

    public static Knots of(BetaMap map) {
        List<Double> bound = lowerBound(map);
        return of(i -> (int) Math.round(map.value(i / 1000.0) * 1e6), i -> (int) Math.floor(bound.get(i) * 1e6));
    }

    private static Knots identity() {
        List<Double> bound = lowerBound(BetaMap.IDENTITY);
        return of(i -> i * 1000, i -> (int) Math.floor(bound.get(i) * 1e6));
    }

    /** Running maximum from the left: a bound that holds at 0.95 holds at 0.99. */
    static List<Double> lowerBound(BetaMap map) {
        double[] bound = new double[COUNT];
        for (int i = 0; i < COUNT; i++) {
            bound[i] = Math.max(map.lowerBound(i / 1000.0), i == 0 ? 0 : bound[i - 1]);
        }
        return java.util.Arrays.stream(bound).boxed().toList();
    }

    private static Knots of(IntUnaryOperator value, IntUnaryOperator bound) {
        return new Knots(
                IntStream.range(0, COUNT).map(value).boxed().toList(),
                IntStream.range(0, COUNT)
                        .map(i -> Math.min(bound.applyAsInt(i), value.applyAsInt(i)))
                        .boxed()
                        .toList());
    }

    /** This map where it is lower than both others are; neither it nor its bound goes above the higher one of them. */
    Knots notAbove(Knots one, Knots other) {
        return of(i -> Math.min(values.get(i), Math.max(one.values.get(i), other.values.get(i))), lower80::get);
    }

    /** This map, moved away from another one by so much at most. */
    Knots within(int step, Knots other) {
        return of(i -> Math.clamp(values.get(i), other.values.get(i) - step, other.values.get(i) + step), lower80::get);
    }

    /** By how many millionths the values differ where they differ most. */
    int largestStep(Knots other) {
        return largest(values, other.values);
    }

    /** The same of values and bounds. */
    int largestChange(Knots other) {
        return Math.max(largestStep(other), largest(lower80, other.lower80));
    }

    private static int largest(List<Integer> one, List<Integer> other) {
        return IntStream.range(0, COUNT)
                .map(i -> Math.abs(one.get(i) - other.get(i)))
                .max()
                .orElseThrow();
    }

    /** Whether some value is above both others'. */
    boolean isAbove(Knots one, Knots other) {
        return IntStream.range(0, COUNT)
                .anyMatch(i -> values.get(i) > Math.max(one.values.get(i), other.values.get(i)));
    }

    /** What a confidence is worth, both in millionths. */
    public int value(int millionths) {
        return values.get(millionths / 1000);
    }
}
