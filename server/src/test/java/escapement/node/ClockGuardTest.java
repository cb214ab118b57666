package escapement.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClockGuardTest {
    private static final Duration EXACT = Duration.ofMillis(1);

    private final List<String> told = new ArrayList<>();
    private final ClockGuard guard = new ClockGuard(() -> told.add("wrong"), () -> told.add("right"));

    @Test
    void a_clock_within_three_seconds_may_drive_quartz() {
        guard.measured(Duration.ofSeconds(3), EXACT);
        guard.measured(Duration.ofSeconds(-3), EXACT);

        assertThat(guard.isRight()).isTrue();
        assertThat(told).isEmpty();
    }

    @Test
    void one_that_is_more_off_is_told_once_and_again_when_it_is_mended() {
        guard.measured(Duration.ofSeconds(20), EXACT);
        guard.measured(Duration.ofSeconds(19), EXACT);
        assertThat(guard.isRight()).isFalse();
        assertThat(guard.inWords()).isEqualTo("19.0 s ahead of the database's");

        guard.measured(Duration.ofSeconds(-20), EXACT);
        assertThat(guard.inWords()).isEqualTo("20.0 s behind the database's");
        guard.measured(Duration.ofMillis(1500), EXACT);

        assertThat(guard.isRight()).isTrue();
        assertThat(told).containsExactly("wrong", "right");
    }

    @Test
    void what_a_slow_answer_explains_is_no_fault_of_the_clock() {
        guard.measured(Duration.ofSeconds(5), Duration.ofSeconds(3));

        assertThat(guard.isRight()).isTrue();
    }
}
