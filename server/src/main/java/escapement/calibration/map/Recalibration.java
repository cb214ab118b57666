package escapement.calibration.map;

import escapement.calibration.score.Cells;
import escapement.calibration.score.Measure;
import escapement.calibration.score.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a straight line on the logit scale makes of stated confidences: whether they are too extreme or too timid, and how far
 * they are off as a whole. For one summary.
 */
public final class Recalibration {
    private static final String NO_OUTCOMES = "there are no outcomes";
    private static final String NO_LINE =
            "all outcomes are alike, or one confidence tells them apart, or only one was stated: no line fits best";
    private static final String ALL_ALIKE = "all outcomes are alike, so there is nothing to tell apart";

    private final List<Measure> measures = new ArrayList<>();
    private final boolean any;

    private Recalibration(boolean any) {
        this.any = any;
    }

    public static List<Measure> of(Cells cells) {
        Evidence evidence = new Evidence(cells.list().stream()
                .filter(cell -> !cell.isEmpty())
                .map(Recalibration::row)
                .toList());
        Recalibration of = new Recalibration(!evidence.isEmpty());
        Optional<Diagnostics.Logistic> line = of.any ? Diagnostics.logistic(evidence) : Optional.empty();
        of.put("logistic_recalibration.slope", line, Diagnostics.Logistic::slope, NO_LINE);
        of.put("logistic_recalibration.intercept", line, Diagnostics.Logistic::intercept, NO_LINE);
        of.put("logistic_recalibration.slope_se", line, Diagnostics.Logistic::slopeError, NO_LINE);
        of.put("logistic_recalibration.intercept_se", line, Diagnostics.Logistic::interceptError, NO_LINE);
        Optional<Diagnostics.Intercept> shift = of.any ? Diagnostics.intercept(evidence) : Optional.empty();
        of.put("citl_logit.intercept", shift, Diagnostics.Intercept::value, ALL_ALIKE);
        of.put("citl_logit.se", shift, Diagnostics.Intercept::error, ALL_ALIKE);
        return List.copyOf(of.measures);
    }

    private static Evidence.Row row(Sums cell) {
        return new Evidence.Row(Math.clamp(cell.mean(), 0, 1), cell.n(), cell.s());
    }

    private <T> void put(String name, Optional<T> found, Function<T, Double> value, String reason) {
        measures.add(found.map(some -> new Measure(name, value.apply(some), null))
                .orElseGet(() -> new Measure(name, null, any ? reason : NO_OUTCOMES)));
    }
}
