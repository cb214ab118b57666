package escapement.calibration.map;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Maps as the gate reads them. */
class KnotsTest {
    private final long seed = Long.getLong("escapement.seed", new Random().nextLong());

    @Test
    void without_any_outcome_a_stated_95_percent_counts_as_81_at_least() {
        assertThat(Knots.IDENTITY.lower80().get(950)).isBetween(806_500, 807_500);
        assertThat(Knots.IDENTITY.value(950_999)).isEqualTo(950_000);
        assertThat(Knots.IDENTITY.value(1_000_000)).isEqualTo(1_000_000);
    }

    @Test
    void every_map_rises_and_its_bound_is_never_above_it() {
        for (int i = 0; i < 200; i++) {
            Random random = new Random(seed + i);
            Knots live = Knots.of(BetaMap.fit(evidence(random), BetaMap.IDENTITY));
            Knots fitted = Knots.of(BetaMap.fit(evidence(random), BetaMap.fit(evidence(random), BetaMap.IDENTITY)));
            Knots capped = fitted.notAbove(Knots.IDENTITY, live);
            Knots limited = fitted.within(150_000, live);

            for (Knots knots : List.of(fitted, capped, limited, Knots.IDENTITY)) {
                assertThat(knots.values()).as("seed %d + %d", seed, i).isSorted();
                assertThat(knots.lower80()).as("seed %d + %d", seed, i).isSorted();
                assertThat(IntStream.range(0, Knots.COUNT))
                        .allMatch(k -> knots.lower80().get(k) <= knots.values().get(k))
                        .allMatch(k ->
                                knots.lower80().get(k) >= 0 && knots.values().get(k) <= 1_000_000);
            }
            assertThat(capped.isAbove(Knots.IDENTITY, live))
                    .as("seed %d + %d", seed, i)
                    .isFalse();
            assertThat(limited.largestStep(live)).as("seed %d + %d", seed, i).isLessThanOrEqualTo(150_000);
        }
    }

    private static Evidence evidence(Random random) {
        int n = random.nextInt(300);
        boolean[] successes = new boolean[n];
        double slope = random.nextDouble() * 3 - 0.5;
        double shift = random.nextGaussian();
        int[] millionths = IntStream.range(0, n)
                .map(i -> {
                    int c6 = random.nextInt(1_000_001);
                    double p = LogisticFit.sigmoid(slope * Evidence.logit(c6 / 1e6) + shift);
                    successes[i] = random.nextDouble() < p;
                    return c6;
                })
                .toArray();
        return Evidence.ofOutcomes(millionths, successes);
    }
}
