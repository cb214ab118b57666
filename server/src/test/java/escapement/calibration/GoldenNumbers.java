package escapement.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares numbers with those of the golden files, within the tolerances that these promise. */
public final class GoldenNumbers {
    private static final Set<String> ROUGH = Set.of("spiegelhalter.z", "hosmer_lemeshow.chi2");
    /** What the golden files do not have. */
    private static final Set<String> OWN =
            Set.of("wilson_low", "wilson_high", "calibration_in_the_large_low", "calibration_in_the_large_high");

    private static final Map<String, String> ELSEWHERE = Map.of(
            "murphy_thousandths", "murphy_distinct_values",
            "hosmer_lemeshow", "hosmer_lemeshow_fixed_bins",
            "predicted_success", "predicted_success_at_0.7");

    private GoldenNumbers() {}

    /** @param finest whether each cell has one confidence, so that what knows no more than means is exact too */
    public static void assertMeasure(JsonNode expected, boolean finest, String name, @Nullable Number value) {
        JsonNode wanted = wanted(expected, name);
        if (wanted == null || !finest && knowsMeansOnly(name)) {
            return;
        }
        assertNumber(name, wanted, value);
    }

    public static void assertNumber(String name, JsonNode wanted, @Nullable Number value) {
        if (!wanted.isNumber()) {
            assertThat(wanted.isNull() || wanted.isMissingNode())
                    .as(name + " " + wanted)
                    .isTrue();
            assertThat(value).as(name).isNull();
            return;
        }
        assertThat(value).as(name).isNotNull();
        double tolerance = ROUGH.contains(name)
                ? Math.max(1e-9, Math.abs(wanted.doubleValue()) * 1e-6)
                : name.startsWith("jeffreys")
                        ? 1e-7
                        : name.matches("logistic_recalibration.*|citl_logit.*") ? 1e-5 : 1e-9;
        assertThat(value.doubleValue()).as(name).isCloseTo(wanted.doubleValue(), within(tolerance));
    }

    private static boolean knowsMeansOnly(String name) {
        return name.matches(
                "log_loss|auroc|murphy_thousandths.*|corp_brier.*|ici_.*|emax_.*|spiegelhalter.*|logistic_recalibration.*|citl_logit.*");
    }

    private static @Nullable JsonNode wanted(JsonNode expected, String name) {
        int dot = name.indexOf('.');
        String group = dot < 0 ? "" : name.substring(0, dot);
        String last = name.substring(dot + 1);
        if (OWN.contains(name) || group.equals("predicted_success") && last.matches(".*_(low|high)")) {
            return null;
        }
        if (name.equals("murphy_thousandths.cells")) {
            last = "distinct_values";
        }
        JsonNode in = group.isEmpty() ? expected : expected.path(ELSEWHERE.getOrDefault(group, group));
        if (in.isMissingNode() && name.matches("logistic_recalibration.*|citl_logit.*")) {
            return null; // of all outcomes alone, not of slices
        }
        if (in.isNull() && last.matches("tp|fp|fn|tn|df|distinct_values")) {
            return null; // no outcomes: the golden files say nothing, we count nothing
        }
        assertThat(in.isNull() || in.has(last))
                .as(name + " is in the golden file")
                .isTrue();
        return in.path(last);
    }
}
