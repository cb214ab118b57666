package escapement.calibration.score;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that one number can say about outcomes, in the order in which it is read. For one summary. */
public final class Summary {
    private static final String NO_OUTCOMES = "there are no outcomes";
    private static final String ALL_ALIKE = "all outcomes are alike, so there is nothing to tell apart";

    private final List<Measure> measures = new ArrayList<>();
    private final Cells cells;
    private final Bins bins;
    private final Sums total;

    private Summary(Cells cells) {
        this.cells = cells;
        this.bins = Bins.of(cells);
        this.total = cells.total();
    }

    public static List<Measure> of(Cells cells) {
        Summary summary = new Summary(cells);
        summary.rates();
        summary.errors();
        summary.scores();
        summary.decomposition();
        summary.tests();
        summary.predictions();
        return List.copyOf(summary.measures);
    }

    private void rates() {
        put("n", total.n());
        put("successes", total.s());
        boolean any = !total.isEmpty();
        Interval rate = any ? Wilson.of(total.s(), total.n()) : null;
        put("base_rate", any ? total.rate() : null);
        put("wilson_low", rate == null ? null : rate.low());
        put("wilson_high", rate == null ? null : rate.high());
        put("mean_confidence", any ? total.mean() : null);
        put("calibration_in_the_large", any ? total.gap() : null);
        put("calibration_in_the_large_low", rate == null ? null : total.mean() - rate.high());
        put("calibration_in_the_large_high", rate == null ? null : total.mean() - rate.low());
    }

    private void errors() {
        CalibrationError error = total.isEmpty() ? null : CalibrationError.of(bins);
        put("ece", error == null ? null : error.expected());
        put("ece_noise_floor", error == null ? null : error.noiseFloor());
        put("ece_overconfident_part", error == null ? null : error.over());
        put("ece_underconfident_part", error == null ? null : error.under());
        put("mce", error == null ? null : error.most());
        put("mce_bins_n_ge_30", error == null ? null : error.mostOfLarge(), "no bin has 30 outcomes");
        put("ace", error == null ? null : error.average());
        put("rmsce", error == null ? null : error.rootMeanSquare());
        put("squared_ce_debiased", error == null ? null : error.squaredDebiased());
    }

    private void scores() {
        boolean any = !total.isEmpty();
        boolean both = total.s() > 0 && total.failures() > 0;
        double brier = any ? total.brier() : 0;
        put("brier", any ? brier : null);
        put("brier_skill_score", both ? 1 - brier / (total.rate() * (1 - total.rate())) : null, ALL_ALIKE);
        put("log_loss", any ? LogLoss.of(cells) : null);
        put("auroc", both ? Auroc.of(cells) : null, ALL_ALIKE);
    }

    private void decomposition() {
        Murphy ten = total.isEmpty() ? null : Murphy.of(bins.nonEmpty());
        put("murphy_10_bins.reliability", ten == null ? null : ten.reliability());
        put("murphy_10_bins.resolution", ten == null ? null : ten.resolution());
        put("murphy_10_bins.uncertainty", ten == null ? null : ten.uncertainty());
        put("murphy_10_bins.within_bin_variance", ten == null ? null : ten.withinVariance());
        put("murphy_10_bins.within_bin_covariance", ten == null ? null : ten.withinCovariance());
        Murphy fine = total.isEmpty() ? null : Murphy.of(cells.list());
        put("murphy_thousandths.reliability", fine == null ? null : fine.reliability());
        put("murphy_thousandths.resolution", fine == null ? null : fine.resolution());
        put("murphy_thousandths.uncertainty", fine == null ? null : fine.uncertainty());
        put("murphy_thousandths.cells", cells.list().size());
        Corp corp = total.isEmpty() ? null : Corp.of(cells);
        put("corp_brier.miscalibration", corp == null ? null : corp.miscalibration());
        put("corp_brier.discrimination", corp == null ? null : corp.discrimination());
        put("corp_brier.uncertainty", corp == null ? null : corp.uncertainty());
        put("ici_isotonic", corp == null ? null : corp.meanDistance());
        put("emax_isotonic", corp == null ? null : corp.mostDistance());
    }

    private void tests() {
        Optional<Spiegelhalter> test = Spiegelhalter.of(cells);
        String blind = "every confidence is 0, 0.5 or 1, to which this test is blind";
        put("spiegelhalter.z", test.map(Spiegelhalter::z).orElse(null), blind);
        put("spiegelhalter.p_value", test.map(Spiegelhalter::pValue).orElse(null), blind);
        Optional<HosmerLemeshow> bin = HosmerLemeshow.of(bins);
        String certain = "the mean confidence of a bin is 0 or 1";
        put("hosmer_lemeshow.chi2", bin.map(HosmerLemeshow::chi2).orElse(null), certain);
        put("hosmer_lemeshow.df", bins.nonEmpty().size());
        put("hosmer_lemeshow.p_value", bin.map(HosmerLemeshow::pValue).orElse(null), certain);
    }

    private void predictions() {
        Confusion found = Confusion.of(bins);
        long right = found.truePositive() + found.trueNegative();
        put("predicted_success.tp", found.truePositive());
        put("predicted_success.fp", found.falsePositive());
        put("predicted_success.fn", found.falseNegative());
        put("predicted_success.tn", found.trueNegative());
        share("predicted_success.accuracy", right, total.n(), NO_OUTCOMES);
        share(
                "predicted_success.precision",
                found.truePositive(),
                found.truePositive() + found.falsePositive(),
                "no confidence is 0.7 or more");
        share(
                "predicted_success.recall",
                found.truePositive(),
                found.truePositive() + found.falseNegative(),
                "there are no successes");
        share(
                "predicted_success.specificity",
                found.trueNegative(),
                found.trueNegative() + found.falsePositive(),
                "there are no failures");
    }

    private void share(String name, long part, long of, String reason) {
        Interval interval = of == 0 ? null : Wilson.of(part, of);
        put(name, of == 0 ? null : (double) part / of, reason);
        put(name + "_low", interval == null ? null : interval.low(), reason);
        put(name + "_high", interval == null ? null : interval.high(), reason);
    }

    private void put(String name, @Nullable Number value) {
        put(name, value, NO_OUTCOMES);
    }

    private void put(String name, @Nullable Number value, String reason) {
        measures.add(
                value == null
                        ? Measure.missing(name, total.isEmpty() ? NO_OUTCOMES : reason)
                        : Measure.of(name, value));
    }
}
