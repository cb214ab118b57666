package escapement.calibration.score;

import java.util.Locale;

/**
 * One word about claims, and whether fewer than half of the submissions came to an outcome, so that it is about a part only.
 *
 * @param sentence the same with its numbers
 */
public record Verdict(Word word, Leaning leaning, boolean gated, String sentence) {
    private static final long ENOUGH = 100;
    private static final long ENOUGH_OF_EITHER = 10;
    private static final double CLEARLY = 1.96;
    private static final double TOLERATED = 0.02;
    private static final double LEANING = 0.05;
    private static final double MISSHAPEN = 0.03;
    private static final double NOISE = 1.5;

    /** The word. */
    public enum Word {
        NO_DATA,
        INSUFFICIENT,
        OVERCONFIDENT,
        UNDERCONFIDENT,
        MISSHAPEN,
        CALIBRATED
    }

    /** Where too few outcomes point already. */
    public enum Leaning {
        NONE,
        OVERCONFIDENT,
        UNDERCONFIDENT
    }

    /**
     * Judges.
     *
     * @param withOutcome submissions that came to an outcome, whoever let them run
     * @param submitted all submissions
     */
    public static Verdict of(Bins bins, long withOutcome, long submitted) {
        Sums total = bins.total();
        boolean gated = submitted > 0 && withOutcome * 2 < submitted;
        if (total.isEmpty()) {
            return new Verdict(Word.NO_DATA, Leaning.NONE, gated, "no outcomes");
        }
        Interval rate = Wilson.of(total.s(), total.n());
        String sentence = String.format(
                Locale.ROOT,
                "stated %.2f, happened %.2f (%.2f to %.2f), n = %d",
                total.mean(),
                total.rate(),
                rate.low(),
                rate.high(),
                total.n());
        Word word = word(bins);
        return new Verdict(word, word == Word.INSUFFICIENT ? leaning(total, rate) : Leaning.NONE, gated, sentence);
    }

    private static Word word(Bins bins) {
        Sums total = bins.total();
        if (total.n() < ENOUGH || Math.min(total.s(), total.failures()) < ENOUGH_OF_EITHER) {
            return Word.INSUFFICIENT;
        }
        double variance = 0;
        for (Sums bin : bins.nonEmpty()) {
            variance += bin.n() * bin.rate() * (1 - bin.rate());
        }
        double reach = CLEARLY * Math.sqrt(variance) / total.n();
        if (total.gap() - reach > TOLERATED) {
            return Word.OVERCONFIDENT;
        }
        if (total.gap() + reach < -TOLERATED) {
            return Word.UNDERCONFIDENT;
        }
        CalibrationError error = CalibrationError.of(bins);
        return error.expected() > MISSHAPEN && error.expected() > NOISE * error.noiseFloor()
                ? Word.MISSHAPEN
                : Word.CALIBRATED;
    }

    private static Leaning leaning(Sums total, Interval rate) {
        if (total.mean() - rate.high() > LEANING) {
            return Leaning.OVERCONFIDENT;
        }
        return rate.low() - total.mean() > LEANING ? Leaning.UNDERCONFIDENT : Leaning.NONE;
    }
}
