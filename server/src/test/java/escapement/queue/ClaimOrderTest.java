package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import escapement.task.Priority;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimOrderTest {
    private static final Duration BOUND = Duration.ofMinutes(10);

    @Test
    void a_critical_task_stands_where_it_came_in() {
        assertThat(new ClaimOrder(BOUND).microsBehindCritical(Priority.CRITICAL))
                .isZero();
    }

    @Test
    void a_background_task_stands_the_whole_bound_behind() {
        assertThat(new ClaimOrder(BOUND).microsBehindCritical(Priority.BACKGROUND))
                .isEqualTo(600_000_000L);
    }

    @Test
    void priorities_stand_behind_each_other_in_equal_steps() {
        assertThat(Arrays.stream(Priority.values()).map(new ClaimOrder(BOUND)::microsBehindCritical))
                .containsExactly(0L, 150_000_000L, 300_000_000L, 450_000_000L, 600_000_000L);
    }

    @Test
    void without_ageing_a_less_urgent_task_of_last_year_still_stands_behind() {
        ClaimOrder never = new ClaimOrder(Duration.ZERO);
        long year = Duration.ofDays(366).toNanos() / 1000;

        List<Long> places = Arrays.stream(Priority.values())
                .map(never::microsBehindCritical)
                .toList();
        for (int i = 1; i < places.size(); i++) {
            assertThat(places.get(i) - places.get(i - 1)).isGreaterThan(year);
        }
    }

    @Test
    void without_ageing_the_order_of_a_task_of_the_year_2200_still_fits() {
        long year2200 = 7_258_118_400_000_000L;

        assertThat(Math.addExact(year2200, new ClaimOrder(Duration.ZERO).microsBehindCritical(Priority.BACKGROUND)))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "P366D"})
    void a_bound_outside_zero_to_a_year_is_refused(Duration bound) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ClaimOrder(bound))
                .withMessageContaining("got " + bound);
    }
}
