package escapement.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpreadTest {
    @Test
    void nothing_has_no_percentile() {
        assertThat(new Spread(new TreeMap<>()).percentileMillis(0.5)).isNull();
    }

    @Test
    void a_percentile_is_the_middle_of_the_bucket_that_holds_its_rank() {
        Spread spread = new Spread(new TreeMap<>(Map.of(0, 50L, 2, 45L, 20, 4L, 30, 1L)));

        assertThat(spread.n()).isEqualTo(100);
        assertThat(spread.percentileMillis(0.5)).isEqualTo(Buckets.middleMillis(0));
        assertThat(spread.percentileMillis(0.51)).isEqualTo(Buckets.middleMillis(2));
        assertThat(spread.percentileMillis(0.95)).isEqualTo(Buckets.middleMillis(2));
        assertThat(spread.percentileMillis(0.99)).isEqualTo(Buckets.middleMillis(20));
        assertThat(spread.percentileMillis(1)).isEqualTo(Buckets.middleMillis(30));
    }

    @ParameterizedTest
    @ValueSource(ints = {-6, 0, 1, 17, 63})
    void a_middle_is_at_most_19_percent_off_either_end(int bucket) {
        assertThat(Buckets.middleMillis(bucket) / Buckets.beginMillis(bucket)).isCloseTo(1.189, within(0.001));
        assertThat(Buckets.beginMillis(bucket + 1) / Buckets.middleMillis(bucket))
                .isCloseTo(1.189, within(0.001));
    }

    @Test
    void whole_powers_of_two_are_edges_without_a_rounding() {
        assertThat(Buckets.edgesMicros())
                .contains(125.0, 1000.0, 2000.0, 1_024_000.0)
                .hasSize(71);
    }
}
