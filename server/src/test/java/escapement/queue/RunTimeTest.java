package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunTimeTest {
    private final RunTime runTime = new RunTime();

    @Test
    void nothing_is_claimed_ahead_before_eight_attempts_were_measured() {
        measure(7, Duration.ofNanos(1000));
        assertThat(runTime.claimAhead(50)).isZero();

        measure(1, Duration.ofNanos(1000));
        assertThat(runTime.claimAhead(50)).isPositive();
    }

    @Test
    void as_many_are_claimed_ahead_as_the_slots_run_in_20_ms() {
        measure(8, Duration.ofMillis(1));

        assertThat(runTime.claimAhead(3)).isEqualTo(60);
    }

    @Test
    void never_more_than_2000_are_claimed_ahead() {
        measure(8, Duration.ZERO);

        assertThat(runTime.claimAhead(100_000)).isEqualTo(2000);
    }

    @Test
    void attempts_longer_than_20_ms_let_nothing_be_claimed_ahead() {
        measure(8, Duration.ofMillis(21));

        assertThat(runTime.claimAhead(1)).isZero();
    }

    @Test
    void the_mean_follows_when_attempts_become_long() {
        measure(1000, Duration.ofNanos(10_000));
        measure(3, Duration.ofSeconds(1));

        assertThat(runTime.claimAhead(2)).isZero();
    }

    @Test
    void forgetting_starts_the_count_anew() {
        measure(8, Duration.ofMillis(1));
        runTime.forget();

        assertThat(runTime.claimAhead(50)).isZero();
        measure(7, Duration.ofMillis(1));
        assertThat(runTime.claimAhead(50)).isZero();
    }

    private void measure(int attempts, Duration each) {
        for (int i = 0; i < attempts; i++) {
            runTime.add(each.toNanos());
        }
    }
}
