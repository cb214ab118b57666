package escapement.admin;

import static escapement.calibration.GoldenNumbers.assertMeasure;
import static escapement.calibration.GoldenNumbers.assertNumber;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.calibration.Golden;
import escapement.calibration.StoredOutcomes;
import escapement.json.Json;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The API and the views say what other people's libraries say of the same outcomes. */
class CalibrationGoldenDbTest {
    private static final String ALL_DAYS = "from=2025-01-01&to=2026-12-31";
    /** What a view calls otherwise than a measure. */
    private static final Map<String, String> MURPHY = Map.of(
            "reliability", "murphy_10_bins.reliability",
            "resolution", "murphy_10_bins.resolution",
            "uncertainty", "murphy_10_bins.uncertainty",
            "within_bin_variance", "murphy_10_bins.within_bin_variance",
            "within_bin_covariance", "murphy_10_bins.within_bin_covariance");

    private static TestDatabase confident;
    private static TestDatabase ties;
    private static TestServer ofConfident;
    private static TestServer ofTies;

    @BeforeAll
    static void start() {
        confident = TestDatabase.create();
        ties = TestDatabase.create();
        StoredOutcomes.add(
                confident, "AUTO", Golden.dataSet("overconfident").getFirst().rows());
        StoredOutcomes.add(ties, "AUTO", Golden.dataSet("edge_ties").getFirst().rows());
        ofConfident = TestServer.start(confident);
        ofTies = TestServer.start(ties);
    }

    @AfterAll
    static void stop() {
        ofConfident.close();
        ofTies.close();
        confident.close();
        ties.close();
    }

    static List<Golden> dataSets() {
        return Golden.dataSets();
    }

    @ParameterizedTest
    @MethodSource("dataSets")
    void the_summary_is_as_expected(Golden golden) {
        JsonNode answer = ask(golden, "summary");

        JsonNode measures = answer.path("measures");
        boolean finest = golden.name().startsWith("overconfident"); // three decimals
        measures.properties().forEach(measure -> {
            if (measure.getValue().isObject()) {
                measure.getValue()
                        .properties()
                        .forEach(one -> assertMeasure(
                                golden.expected(),
                                finest,
                                measure.getKey() + "." + one.getKey(),
                                number(one.getValue())));
            } else {
                assertMeasure(golden.expected(), finest, measure.getKey(), number(measure.getValue()));
            }
        });
        assertThat(answer.path("n").longValue()).isEqualTo(golden.rows().size());
        JsonNode micro = golden.expected().path("from_micro_bins_1001");
        if (!micro.isMissingNode()) {
            assertNumber("auroc", micro.path("auroc"), number(measures.path("auroc")));
            assertNumber("log_loss", micro.path("log_loss"), number(measures.path("log_loss")));
        }
        measures.path("murphy_10_bins")
                .properties()
                .forEach(part -> assertThat(part.getValue().isNumber()).isTrue());
    }

    @ParameterizedTest
    @MethodSource("dataSets")
    void the_bins_are_as_expected(Golden golden) {
        assertRows(
                ask(golden, "bins").path("bins"),
                golden.expected().path("bins"),
                CalibrationJson.BIN_COLUMNS.stream()
                        .filter(name -> !name.equals("bin") && !name.equals("reason"))
                        .toArray(String[]::new));
    }

    @ParameterizedTest
    @MethodSource("dataSets")
    void the_thresholds_are_as_expected(Golden golden) {
        JsonNode thresholds = ask(golden, "what-if").path("thresholds");

        for (JsonNode wanted : golden.expected().path("threshold_what_if")) {
            JsonNode found = thresholds
                    .valueStream()
                    .filter(row -> row.path("threshold").doubleValue()
                            == wanted.path("threshold").doubleValue())
                    .findFirst()
                    .orElseThrow();
            wanted.properties().forEach(one -> assertNumber(one.getKey(), one.getValue(), number(found, one.getKey())));
        }
    }

    @ParameterizedTest
    @MethodSource("dataSets")
    void the_curve_is_as_expected(Golden golden) {
        JsonNode wanted = golden.expected().path("isotonic_blocks");
        if (wanted.isMissingNode() || golden.name().startsWith("edge_ties")) {
            return; // of confidences with more decimals the curve knows thousandths only
        }
        JsonNode curve = ask(golden, "curve").path("curve");

        assertThat(curve).hasSize(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertNumber("x_min", wanted.get(i).path("x_min"), number(curve.get(i), "from_confidence"));
            assertNumber("x_max", wanted.get(i).path("x_max"), number(curve.get(i), "to_confidence"));
            for (String name : List.of("n", "successes", "value", "mean_confidence")) {
                assertNumber(name, wanted.get(i).path(name), number(curve.get(i), name));
            }
        }
    }

    static Stream<Golden> wholeDataSets() {
        return Golden.dataSets().stream().filter(golden -> golden.slice().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("wholeDataSets")
    void the_views_say_the_same(Golden golden) {
        JsonNode summary = one(golden, "select * from report.calibration_summary");

        assertScores(golden.expected(), summary);
        assertNumber("auroc", golden.expected().path("from_micro_bins_1001").path("auroc"), number(summary, "auroc"));
        assertRows(
                many(golden, "select * from report.calibration_bins"),
                golden.expected().path("bins"),
                "label",
                "n",
                "successes",
                "mean_confidence",
                "observed_rate",
                "gap",
                "wilson_low",
                "wilson_high");
        JsonNode thresholds = many(golden, "select * from report.calibration_what_if");
        assertThat(thresholds).hasSize(101);
        for (JsonNode wanted : golden.expected().path("threshold_what_if")) {
            JsonNode found =
                    thresholds.get((int) Math.round(wanted.path("threshold").doubleValue() * 100));
            wanted.properties().forEach(one -> assertNumber(one.getKey(), one.getValue(), number(found, one.getKey())));
        }
    }

    @ParameterizedTest
    @MethodSource("dataSets")
    void the_views_say_the_same_of_each_slice(Golden golden) {
        if (golden.slice().isEmpty()) {
            return;
        }
        boolean byAction = golden.slice().startsWith("&action");
        String slice = golden.slice().substring(golden.slice().indexOf('=') + 1);

        assertScores(
                golden.expected(),
                one(
                        golden,
                        byAction
                                ? "select * from report.calibration_by_action where action_name = '%s'".formatted(slice)
                                : "select * from report.calibration_by_risk where risk_level = '%s'".formatted(slice)));
    }

    private static void assertScores(JsonNode expected, JsonNode row) {
        for (String name : List.of(
                "n",
                "successes",
                "base_rate",
                "mean_confidence",
                "calibration_in_the_large",
                "ece",
                "ece_noise_floor",
                "mce",
                "brier",
                "brier_skill_score",
                "reliability",
                "resolution",
                "uncertainty",
                "within_bin_variance",
                "within_bin_covariance")) {
            assertThat(row.has(name)).as(name).isTrue();
            assertMeasure(expected, false, MURPHY.getOrDefault(name, name), number(row, name));
        }
    }

    private static void assertRows(JsonNode rows, JsonNode wanted, String... names) {
        assertThat(rows).hasSize(wanted.size());
        for (int i = 0; i < wanted.size(); i++) {
            for (String name : names) {
                if (name.equals("label")) {
                    assertThat(rows.get(i).path(name)).isEqualTo(wanted.get(i).path(name));
                } else {
                    assertNumber(name, wanted.get(i).path(name), number(rows.get(i), name));
                }
            }
        }
    }

    private static JsonNode ask(Golden golden, String what) {
        TestServer server = golden.name().startsWith("overconfident") ? ofConfident : ofTies;
        return server.get("/api/v1/calibration/" + what + "?" + ALL_DAYS + golden.slice())
                .is(200)
                .json();
    }

    private static JsonNode one(Golden golden, String sql) {
        JsonNode rows = many(golden, sql);
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    private static JsonNode many(Golden golden, String sql) {
        TestDatabase database = golden.name().startsWith("overconfident") ? confident : ties;
        return Json.parse(Sql.texts(database, "select json_agg(x)::text from (" + sql + ") x")
                .getFirst());
    }

    private static Number number(JsonNode row, String name) {
        assertThat(row.has(name)).as(name).isTrue();
        return number(row.path(name));
    }

    private static Number number(JsonNode value) {
        return value.isNull() ? null : value.numberValue();
    }
}
