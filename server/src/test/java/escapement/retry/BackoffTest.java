package escapement.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.json.Fields;
import escapement.json.InvalidInputException;
import escapement.json.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    @ParameterizedTest
    @CsvSource({"1,2", "2,4", "3,8", "4,16", "10,1024", "16,65536"})
    void by_default_the_wait_doubles_from_two_seconds(int failures, int seconds) {
        assertThat(Backoff.DEFAULT.after(failures, 0.5)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(ints = {17, 64, 1000, Integer.MAX_VALUE})
    void it_never_exceeds_the_longest_wait(int failures) {
        assertThat(Backoff.DEFAULT.after(failures, 0)).isEqualTo(Duration.ofDays(1));
    }

    @ParameterizedTest
    @CsvSource({"1,500", "2,1500", "3,2000", "2000,2000"})
    void first_factor_and_longest_are_the_tasks_own(int failures, int millis) {
        Backoff backoff = new Backoff(Duration.ofMillis(500), 3, Duration.ofSeconds(2), 0);

        assertThat(backoff.after(failures, 0)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void a_wait_of_nothing_stays_nothing_however_often_it_is_multiplied() {
        Backoff backoff = new Backoff(Duration.ZERO, 100, Duration.ofDays(1), 0);

        assertThat(backoff.after(1000, 0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0,0,4000", "0.5,0,4000", "0.5,1,2000", "0.5,0.5,3000", "1,1,0"})
    void jitter_takes_at_most_its_part_of_the_wait(double jitter, double random, int millis) {
        Backoff backoff = new Backoff(Duration.ofSeconds(2), 2, Duration.ofDays(1), jitter);

        assertThat(backoff.after(2, random)).isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void there_is_no_wait_without_a_failure() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Backoff.DEFAULT.after(0, 0))
                .withMessage("failures must be at least 1, got 0");
    }

    @Test
    void what_was_read_is_the_same_after_it_was_stored() {
        Backoff backoff = read("{\"first_seconds\":0.25,\"factor\":1.5,\"max_seconds\":3600,\"jitter\":0.1}");

        assertThat(backoff).isEqualTo(new Backoff(Duration.ofMillis(250), 1.5, Duration.ofHours(1), 0.1));
        assertThat(BackoffJson.parse(BackoffJson.write(backoff))).isEqualTo(backoff);
    }

    @Test
    void the_default_is_not_stored() {
        assertThat(BackoffJson.write(read("{\"factor\":2}"))).isNull();
        assertThat(BackoffJson.parse(null)).isEqualTo(Backoff.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"first_seconds\":-1}    | /first_seconds",
                "{\"first_seconds\":\"2\"} | /first_seconds",
                "{\"first_seconds\":1e9}   | /first_seconds",
                "{\"first_seconds\":1e-2000} | /first_seconds",
                "{\"factor\":0.99}         | /factor",
                "{\"factor\":101}          | /factor",
                "{\"max_seconds\":-0.001}  | /max_seconds",
                "{\"jitter\":1.01}         | /jitter",
                "{\"jitter\":true}         | /jitter",
                "{\"attempts\":3}          | /attempts",
                "[]                        | ''"
            })
    void what_is_wrong_is_named_by_its_path(String json, String path) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOfSatisfying(
                        InvalidInputException.class,
                        e -> assertThat(e.faults())
                                .singleElement()
                                .satisfies(fault -> assertThat(fault.path()).isEqualTo(path)));
    }

    private static Backoff read(String json) {
        return Fields.readAll(Json.parse(json), BackoffJson::read);
    }
}
