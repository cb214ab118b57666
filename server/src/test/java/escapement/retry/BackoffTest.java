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
        assertThat(Backoff.DEFAULT.after(failures, 0)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @CsvSource({"17", "63", "64", "1000", "2147483647"})
    void it_stops_growing_at_a_day(int failures) {
        assertThat(Backoff.DEFAULT.after(failures, 0)).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void jitter_shortens_a_wait_by_at_most_its_part() {
        Backoff halfJittered = new Backoff(Duration.ofSeconds(10), 1, Duration.ofDays(1), 0.5);

        assertThat(halfJittered.after(3, 0)).isEqualTo(Duration.ofSeconds(10));
        assertThat(halfJittered.after(3, 1)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void there_is_no_wait_without_a_failure() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.DEFAULT.after(0, 0))
                .withMessage("failures must be at least 1, got 0");
    }
}
