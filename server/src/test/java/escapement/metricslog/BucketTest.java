package escapement.metricslog;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BucketTest {
    @ParameterizedTest
    @CsvSource({
        "0, [0.0-0.1]",
        "0.0999, [0.0-0.1]",
        "0.099999999999999999999, [0.0-0.1]",
        "0.1, [0.1-0.2]",
        "0.3, [0.3-0.4]",
        "0.30000000000000004, [0.3-0.4]",
        "0.6999, [0.6-0.7]",
        "0.7, [0.7-0.8]",
        "0.9, [0.9-1.0]",
        "1.0, [0.9-1.0]",
        "1, [0.9-1.0]"
    })
    void a_confidence_belongs_to_the_bucket_whose_lower_edge_it_reaches(BigDecimal confidence, String bucket) {
        assertThat(Bucket.of(confidence)).hasToString(bucket);
    }

    @Test
    void both_ways_to_write_a_bucket_are_read() {
        for (int tenth = 0; tenth < 10; tenth++) {
            String bracketed = new Bucket(tenth).toString();

            assertThat(Bucket.parse(bracketed)).contains(new Bucket(tenth));
            assertThat(Bucket.parse(bracketed.substring(1, 8))).contains(new Bucket(tenth));
        }
    }

    @ParameterizedTest
    @CsvSource({"0.8", "[0.8-1.0]", "[0.8-0.8]", "0.9-0.10", "high", "[0.85-0.95]"})
    void what_is_no_bucket_is_not_read(String text) {
        assertThat(Bucket.parse(text)).isEmpty();
    }
}
