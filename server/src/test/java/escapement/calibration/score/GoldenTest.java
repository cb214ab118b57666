package escapement.calibration.score;

import static escapement.calibration.GoldenNumbers.assertMeasure;
import static escapement.calibration.GoldenNumbers.assertNumber;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.calibration.Golden;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The numbers are those that other people's libraries worked out. */
class GoldenTest {
    static Stream<Golden> all() {
        return Golden.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_summary_is_as_expected(Golden golden) {
        List<Measure> summary = Summary.of(golden.distinct());

        assertThat(summary).hasSizeGreaterThan(50);
        summary.forEach(measure -> assertMeasure(golden.expected(), true, measure.name(), measure.value()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void a_summary_of_thousandths_is_as_exact_as_sums_can_be(Golden golden) {
        List<Measure> summary = Summary.of(golden.thousandths());

        summary.forEach(measure -> assertMeasure(golden.expected(), false, measure.name(), measure.value()));
        JsonNode micro = golden.expected().path("from_micro_bins_1001");
        if (!micro.isMissingNode()) {
            assertNumber("auroc", micro.path("auroc"), value(summary, "auroc"));
            assertNumber("log_loss", micro.path("log_loss"), value(summary, "log_loss"));
            assertThat(value(summary, "murphy_thousandths.cells"))
                    .isEqualTo(micro.path("occupied").intValue());
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void bins_are_as_expected(Golden golden) {
        Bins bins = Bins.of(golden.thousandths());

        for (JsonNode wanted : golden.expected().path("bins")) {
            int index = wanted.path("index").intValue();
            Sums bin = bins.get(index);
            assertThat(Bins.label(index)).isEqualTo(wanted.path("label").asText());
            assertThat(bin.n()).isEqualTo(wanted.path("n").longValue());
            assertThat(bin.s()).isEqualTo(wanted.path("successes").longValue());
            if (bin.isEmpty()) {
                assertThat(wanted.path("gap").isNull()).isTrue();
                continue;
            }
            assertNumber("mean_confidence", wanted.path("mean_confidence"), bin.mean());
            assertNumber("observed_rate", wanted.path("observed_rate"), bin.rate());
            assertNumber("gap", wanted.path("gap"), bin.gap());
            assertInterval("wilson", wanted, Wilson.of(bin.s(), bin.n()));
            assertInterval("jeffreys", wanted, Jeffreys.of(bin.s(), bin.n()));
            if (bin.mean() < 1) { // the library behind the files says [0, 1] of certain success, where there is only 1
                assertInterval("consistency", wanted, ConsistencyBand.of(bin.n(), bin.mean()));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void the_isotonic_curve_is_as_expected(Golden golden) {
        List<Isotonic.Block> blocks = Isotonic.of(golden.distinct());

        JsonNode wanted = golden.expected().path("isotonic_blocks");
        for (int i = 0; i < wanted.size(); i++) {
            assertNumber("x_min", wanted.get(i).path("x_min"), blocks.get(i).from());
            assertNumber("x_max", wanted.get(i).path("x_max"), blocks.get(i).to());
            assertNumber("value", wanted.get(i).path("value"), blocks.get(i).rate());
            assertThat(blocks.get(i).sums().n())
                    .isEqualTo(wanted.get(i).path("n").longValue());
            assertThat(blocks.get(i).sums().s())
                    .isEqualTo(wanted.get(i).path("successes").longValue());
        }
        if (!wanted.isMissingNode()) {
            assertThat(blocks).hasSize(wanted.size());
        }
        golden.expected()
                .path("isotonic_at_grid")
                .forEach(point -> assertNumber(
                        "isotonic at " + point.path("x"),
                        point.path("value"),
                        Isotonic.at(blocks, point.path("x").doubleValue())));
    }

    @ParameterizedTest
    @MethodSource("all")
    void thresholds_are_as_expected(Golden golden) {
        for (JsonNode wanted : golden.expected().path("threshold_what_if")) {
            Threshold found = Threshold.of(golden.thousandths(), (int)
                    Math.round(wanted.path("threshold").doubleValue() * 1000));

            assertThat(found.approved().n()).isEqualTo(wanted.path("approved").longValue());
            assertThat(found.approved().s())
                    .isEqualTo(wanted.path("approved_successes").longValue());
            assertThat(found.deferred()).isEqualTo(wanted.path("deferred").longValue());
            assertThat(found.failuresAvoided())
                    .isEqualTo(wanted.path("failures_avoided").longValue());
            assertThat(found.successesDeferred())
                    .isEqualTo(wanted.path("successes_deferred").longValue());
            assertNumber("net_benefit", wanted.path("net_benefit"), found.netBenefit());
        }
    }

    @Test
    void murphys_parts_add_up_to_the_brier_score_whatever_the_outcomes() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            Sums[] cells = new Sums[1 + random.nextInt(200)];
            double brier = 0;
            long outcomes = 0;
            for (int i = 0; i < cells.length; i++) {
                cells[i] = Sums.NONE;
                for (int j = 0; j < 1 + random.nextInt(20); j++) {
                    long c6 = random.nextInt(1000) * 1000L + random.nextInt(1000);
                    long n = 1 + (long) Math.pow(10, random.nextDouble() * 5);
                    long s = random.nextLong(n + 1);
                    cells[i] = cells[i].plus(Sums.of(c6, n, s));
                    brier += s * Math.pow(1 - c6 / 1e6, 2) + (n - s) * Math.pow(c6 / 1e6, 2);
                    outcomes += n;
                }
            }

            assertThat(Murphy.of(List.of(cells)).brier()).isCloseTo(brier / outcomes, within(1e-12));
        }
    }

    @Test
    void sums_are_exact_where_a_long_is_too_short() {
        Sums many = Sums.of(999_999, 20_000_000, 20_000_000);

        assertThat(many.scc()).isEqualTo(new java.math.BigInteger("19999960000020000000"));
        assertThat(many.squaredErrors()).isCloseTo(20_000_000 * 1e-12, within(1e-12));
    }

    private static void assertInterval(String name, JsonNode wanted, Interval found) {
        assertNumber(name + "_low", wanted.path(name + "_low"), found.low());
        assertNumber(name + "_high", wanted.path(name + "_high"), found.high());
    }

    private static @Nullable Number value(List<Measure> summary, String name) {
        return summary.stream()
                .filter(measure -> measure.name().equals(name))
                .findFirst()
                .orElseThrow()
                .value();
    }
}
