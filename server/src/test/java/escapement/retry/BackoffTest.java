package escapement.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    @ParameterizedTest
    @CsvSource({"1,2", "2,4", "3,8", "4,16", "10,1024"})
    void the_wait_doubles_from_two_seconds(int failures, int seconds) {
        assertThat(Backoff.after(failures)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"16", "17", "63", "64", "1000", "2147483647"})
    void it_stops_growing_at_eighteen_hours(int failures) {
        assertThat(Backoff.after(failures)).isEqualTo(Duration.ofSeconds(65_536));
    }

    @Test
    void there_is_no_wait_without_a_failure() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.after(0))
                .withMessage("failures must be at least 1, got 0");
    }
}
