package escapement.workflow.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReasonTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.04S, 0 s",
        "PT1.25S, 1.3 s",
        "PT90S, 90 s",
        "PT119.99S, 120 s",
        "PT2M, 2 min",
        "PT3M48.6S, 3 min 48 s",
        "PT1H, 1 h",
        "PT23H56M42S, 23 h 56 min",
        "P1D, 1 d",
        "PT51H, 2 d 3 h",
        "P400D, 400 d",
        "-PT3M48S, 3 min 48 s"
    })
    void a_span_is_said_in_its_two_largest_units(Duration span, String words) {
        assertThat(Reason.inWords(span)).isEqualTo(words);
    }
}
