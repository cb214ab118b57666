package escapement.calibration.map;

import java.util.List;
import java.util.Optional;

/**
 * A map that might come into force, with what speaks for it.
 *
 * @param map as it was fitted
 * @param knots as it would come into force: no higher than it may be
 * @param live the map in force
 * @param guard whether, and why (not), it may say more than both the submitters and the map in force
 * @param isCapped whether it would have said more, and may not
 * @param scores of it and others, on the newest outcomes; empty where there are none older to fit on
 */
record Candidate(
        Counted counted,
        BetaMap map,
        Knots knots,
        Knots live,
        Guard guard,
        boolean isCapped,
        List<Score> scores,
        Optional<Diagnostics.Logistic> logistic,
        String inputsHash) {
    /** No map moves by more at once without a person. */
    static final int MOST_STEP = 150_000;

    /** What changes less is not worth a publication. */
    private static final int LEAST_CHANGE = 5_000;

    /** @param because in words */
    record Guard(boolean isPassed, String because) {}

    boolean isChanged() {
        return knots.largestChange(live) >= LEAST_CHANGE;
    }

    boolean isLongStep() {
        return knots.largestStep(live) > MOST_STEP;
    }

    /** The same, no farther from the map in force than is allowed without a person. */
    Candidate shortStep() {
        return new Candidate(
                counted, map, knots.within(MOST_STEP, live), live, guard, isCapped, scores, logistic, inputsHash);
    }
}
