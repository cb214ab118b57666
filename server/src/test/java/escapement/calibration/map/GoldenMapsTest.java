package escapement.calibration.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Fits against numbers that other people's libraries made, within the tolerances of their README. */
class GoldenMapsTest {
    private static final double PARAMETER = 1e-5;
    private static final double VALUE = 1e-6;
    private static final double EXACT = 1e-9;

    @TestFactory
    Stream<DynamicTest> every_fit_gives_the_golden_numbers() {
        return cases().map(one -> DynamicTest.dynamicTest(one.name(), () -> check(one)));
    }

    private static void check(Case one) {
        Evidence evidence = one.evidence();
        JsonNode wanted = one.expected();
        BetaMap map = BetaMap.fit(evidence, BetaMap.IDENTITY);

        assertBeta(Optional.of(map), wanted.path("beta_map"));
        assertGrid(wanted.path("beta_map_at_grid"), map::value, VALUE);
        List<Double> bound = Knots.lowerBound(map);
        assertGrid(wanted.path("beta_map_lower80_at_grid"), x -> bound.get((int) Math.round(x * 1000)), VALUE);
        assertBeta(Diagnostics.betaOfGreatestLikelihood(evidence), wanted.path("beta_ml"));
        assertNumbers(
                wanted.path("logistic_recalibration"),
                Diagnostics.logistic(evidence)
                        .map(fit -> Map.of(
                                "slope", fit.slope(),
                                "intercept", fit.intercept(),
                                "slope_se", fit.slopeError(),
                                "intercept_se", fit.interceptError())),
                PARAMETER);
        assertNumbers(
                wanted.path("citl_logit"),
                Diagnostics.intercept(evidence).map(fit -> Map.of("intercept", fit.value(), "se", fit.error())),
                PARAMETER);
        assertNumbers(
                wanted.path("platt_on_probability"),
                Diagnostics.platt(evidence).map(fit -> Map.of("A", fit.a(), "B", fit.b())),
                1e-4);
        Optional<Double> temperature = Diagnostics.temperature(evidence);
        assertThat(temperature.isEmpty()).isEqualTo(wanted.path("temperature").isNull());
        temperature.ifPresent(
                t -> assertThat(t).isCloseTo(wanted.path("temperature").doubleValue(), within(PARAMETER)));
        assertIsotonic(one, wanted);
    }

    private static void assertIsotonic(Case one, JsonNode wanted) {
        if (one.points().isEmpty()) {
            return;
        }
        Isotonic isotonic = Isotonic.of(one.points());
        JsonNode blocks = wanted.path("isotonic_blocks");
        assertThat(isotonic.blocks()).hasSize(blocks.size());
        for (int i = 0; i < blocks.size(); i++) {
            Isotonic.Block block = isotonic.blocks().get(i);
            JsonNode golden = blocks.get(i);
            assertThat(block.n()).isEqualTo(golden.path("n").longValue());
            assertThat(block.successes()).isEqualTo(golden.path("successes").longValue());
            assertThat(block.from() / 1e6).isEqualTo(golden.path("x_min").doubleValue());
            assertThat(block.to() / 1e6).isEqualTo(golden.path("x_max").doubleValue());
            assertThat(block.value()).isCloseTo(golden.path("value").doubleValue(), within(EXACT));
        }
        assertGrid(wanted.path("isotonic_at_grid"), isotonic::value, EXACT);
    }

    @Test
    void each_actions_map_is_shrunk_towards_that_of_all() {
        JsonNode golden = read("overconfident.expected.json").path("nested_beta_map");
        List<Outcome> outcomes = outcomes("overconfident.csv");
        BetaMap all = BetaMap.fit(evidence(outcomes), BetaMap.IDENTITY);

        golden.properties().forEach(action -> {
            List<Outcome> ofAction = outcomes.stream()
                    .filter(one -> one.action().equals(action.getKey()))
                    .toList();
            assertBeta(Optional.of(BetaMap.fit(evidence(ofAction), all)), action.getValue());
        });
        assertThat(golden.size()).isEqualTo(6);
    }

    @Test
    void sums_by_thousandths_of_confidence_are_enough() {
        for (String name : List.of("overconfident", "edge_ties")) {
            Map<Integer, List<Outcome>> micro =
                    outcomes(name + ".csv").stream().collect(Collectors.groupingBy(one -> one.millionths() / 1000));
            Evidence evidence = new Evidence(micro.values().stream()
                    .map(same -> new Evidence.Row(
                            same.stream()
                                            .mapToInt(Outcome::millionths)
                                            .average()
                                            .orElseThrow()
                                    / 1e6,
                            same.size(),
                            same.stream().filter(Outcome::isSuccess).count()))
                    .toList());

            assertBeta(
                    Optional.of(BetaMap.fit(evidence, BetaMap.IDENTITY)),
                    read(name + ".expected.json").at("/overall/from_micro_bins_1001/beta_map"));
        }
    }

    private static void assertBeta(Optional<BetaMap> map, JsonNode golden) {
        assertNumbers(golden, map.map(one -> Map.of("a", one.a(), "b", one.b(), "c", one.c())), PARAMETER);
    }

    private static void assertNumbers(JsonNode golden, Optional<Map<String, Double>> found, double tolerance) {
        assertThat(golden.isMissingNode()).isFalse();
        assertThat(found.isEmpty()).as("%s for %s", found, golden).isEqualTo(golden.isNull());
        found.ifPresent(numbers -> numbers.forEach((name, number) ->
                assertThat(number).as(name).isCloseTo(golden.path(name).doubleValue(), within(tolerance))));
    }

    private static void assertGrid(JsonNode grid, java.util.function.DoubleUnaryOperator map, double tolerance) {
        assertThat(grid.size()).isEqualTo(21);
        grid.forEach(point -> assertThat(map.applyAsDouble(point.path("x").doubleValue()))
                .as("at %s", point.path("x"))
                .isCloseTo(point.path("value").doubleValue(), within(tolerance)));
    }

    private static Stream<Case> cases() {
        Stream<Case> files = Stream.of("overconfident", "edge_ties")
                .map(name -> new Case(
                        name,
                        outcomes(name + ".csv"),
                        read(name + ".expected.json").path("overall")));
        Stream<Case> degenerate = read("degenerate.expected.json").properties().stream()
                .map(entry -> new Case(
                        entry.getKey(),
                        inline(entry.getValue().path("rows")),
                        entry.getValue().path("expected")));
        return Stream.concat(files, degenerate);
    }

    private static List<Outcome> inline(JsonNode rows) {
        List<Outcome> outcomes = new ArrayList<>();
        rows.forEach(row ->
                outcomes.add(new Outcome("", row.get(0).intValue(), row.get(1).intValue() == 1)));
        return outcomes;
    }

    private static List<Outcome> outcomes(String name) {
        return text(name)
                .lines()
                .skip(1)
                .map(line -> line.split(","))
                .map(cells -> new Outcome(
                        cells[1],
                        new java.math.BigDecimal(cells[3]).movePointRight(6).intValueExact(),
                        Boolean.parseBoolean(cells[5])))
                .toList();
    }

    private static Evidence evidence(List<Outcome> outcomes) {
        int[] millionths = outcomes.stream().mapToInt(Outcome::millionths).toArray();
        boolean[] successes = new boolean[outcomes.size()];
        for (int i = 0; i < successes.length; i++) {
            successes[i] = outcomes.get(i).isSuccess();
        }
        return Evidence.ofOutcomes(millionths, successes);
    }

    private static JsonNode read(String name) {
        return Json.parse(text(name));
    }

    private static String text(String name) {
        try (InputStream in = GoldenMapsTest.class.getResourceAsStream("/calibration/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private record Outcome(String action, int millionths, boolean isSuccess) {}

    private record Case(String name, List<Outcome> outcomes, JsonNode expected) {
        Evidence evidence() {
            return GoldenMapsTest.evidence(outcomes);
        }

        List<Isotonic.Block> points() {
            return outcomes.stream()
                    .collect(Collectors.groupingBy(Outcome::millionths, TreeMap::new, Collectors.toList()))
                    .entrySet()
                    .stream()
                    .map(entry -> new Isotonic.Block(
                            entry.getKey(),
                            entry.getKey(),
                            entry.getValue().size(),
                            entry.getValue().stream().filter(Outcome::isSuccess).count()))
                    .toList();
        }
    }
}
