package escapement.calibration.map;

import escapement.calibration.map.Candidate.Guard;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Fits maps and judges them on outcomes they were not fitted on. What lowers confidences may come into force at once; what
 * raises them above both the submitters' word and the map in force must have foretold the newest outcomes better first.
 */
final class Fitter {
    private static final long LEAST_OUTCOMES = 200;
    private static final long LEAST_OF_EACH = 20;
    private static final long LEAST_FOR_ISOTONIC = 5000;

    private Fitter() {}

    /** The map of all actions. */
    static Candidate ofAll(Counted counted, Knots live) {
        return fit(counted, BetaMap.IDENTITY, BetaMap.fit(counted.oldEvidence(), BetaMap.IDENTITY), live);
    }

    /** An action's map, which is shrunk towards that of all. @param all what they were counted as together */
    static Candidate ofAction(Counted counted, Candidate ofAll, Knots live) {
        BetaMap oldOfAll = BetaMap.fit(ofAll.counted().oldEvidence(), BetaMap.IDENTITY);
        return fit(counted, ofAll.map(), BetaMap.fit(counted.oldEvidence(), oldOfAll), live);
    }

    private static Candidate fit(Counted counted, BetaMap before, BetaMap rehearsal, Knots live) {
        BetaMap map = BetaMap.fit(counted.evidence(), before);
        Knots fitted = Knots.of(map);
        List<Score> scores = scores(counted, rehearsal, live);
        Guard guard = guard(counted, scores);
        boolean isCapped = !guard.isPassed() && fitted.isAbove(Knots.IDENTITY, live);
        return new Candidate(
                counted,
                map,
                isCapped ? fitted.notAbove(Knots.IDENTITY, live) : fitted,
                live,
                guard,
                isCapped,
                scores,
                Diagnostics.logistic(counted.evidence()),
                counted.hash(before));
    }

    private static List<Score> scores(Counted counted, BetaMap rehearsal, Knots live) {
        Evidence old = counted.oldEvidence();
        Evidence fresh = counted.freshEvidence();
        if (old.isEmpty() || fresh.isEmpty()) {
            return List.of();
        }
        DoubleUnaryOperator inForce = p -> live.value((int) Math.round(p * 1e6)) / 1e6;
        List<Score> scores = new ArrayList<>();
        scores.add(Score.of("identity", fresh, p -> p, inForce));
        scores.add(Score.of("live", fresh, inForce, inForce));
        scores.add(Score.of("beta_map", fresh, rehearsal::value, inForce));
        Diagnostics.logistic(old).ifPresent(fit -> scores.add(Score.of("platt_on_logit", fresh, fit::value, inForce)));
        isotonic(counted).ifPresent(fit -> scores.add(Score.of("isotonic", fresh, fit::value, inForce)));
        return scores;
    }

    private static Optional<Isotonic> isotonic(Counted counted) {
        if (counted.n() < LEAST_FOR_ISOTONIC) {
            return Optional.empty();
        }
        return Optional.of(Isotonic.of(counted.old().entrySet().stream()
                .filter(entry -> !entry.getValue().isNone())
                .map(entry -> point(entry.getKey(), entry.getValue()))
                .toList()));
    }

    private static Isotonic.Block point(int micro, Sum sum) {
        long at = Math.clamp(sum.confidence().divide(sum.n()).longValueExact(), micro * 1000L, micro * 1000L + 999);
        return new Isotonic.Block(
                at, at, sum.n().longValueExact(), sum.successes().longValueExact());
    }

    private static Guard guard(Counted counted, List<Score> scores) {
        long least = Math.min(counted.successes(), counted.n() - counted.successes());
        if (counted.n() < LEAST_OUTCOMES || least < LEAST_OF_EACH) {
            return new Guard(
                    false,
                    "to raise confidences it takes %d outcomes, and %d of each kind: there are %d, %d of them successes"
                            .formatted(LEAST_OUTCOMES, LEAST_OF_EACH, counted.n(), counted.successes()));
        }
        return scores.stream()
                .filter(score -> score.method().equals("beta_map"))
                .findFirst()
                .map(Fitter::guard)
                .orElse(new Guard(
                        false, "to raise confidences it takes outcomes of at least two days, the newest to judge by"));
    }

    private static Guard guard(Score score) {
        boolean isPassed = score.logLossGain() > score.logLossGainError();
        return new Guard(
                isPassed,
                String.format(
                        Locale.ROOT,
                        "on the newest outcomes it gains %.6f of log loss on the map in force, %s the standard error of %.6f",
                        score.logLossGain(),
                        isPassed ? "more than" : "no more than",
                        score.logLossGainError()));
    }
}
