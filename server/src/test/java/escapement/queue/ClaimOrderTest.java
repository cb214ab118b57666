package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import escapement.task.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimOrderTest {
    private static final Duration BOUND = Duration.ofMinutes(10);

    @Test
    void a_critical_task_stands_where_it_came_in() {
        assertThat(by(BOUND).microsBehindCritical(Priority.CRITICAL)).isZero();
    }

    @Test
    void a_background_task_stands_the_whole_bound_behind() {
        assertThat(by(BOUND).microsBehindCritical(Priority.BACKGROUND)).isEqualTo(600_000_000L);
    }

    @Test
    void priorities_stand_behind_each_other_in_equal_steps() {
        assertThat(Arrays.stream(Priority.values()).map(by(BOUND)::microsBehindCritical))
                .containsExactly(0L, 150_000_000L, 300_000_000L, 450_000_000L, 600_000_000L);
    }

    @Test
    void without_ageing_a_less_urgent_task_of_last_year_still_stands_behind() {
        ClaimOrder never = by(Duration.ZERO);
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

        assertThat(Math.addExact(year2200, by(Duration.ZERO).microsBehindCritical(Priority.BACKGROUND)))
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "P366D"})
    void a_bound_outside_zero_to_a_year_is_refused(Duration bound) {
        assertThatIllegalArgumentException().isThrownBy(() -> by(bound)).withMessageContaining("got " + bound);
    }

    @Test
    void by_deadline_the_nearest_goes_first_and_those_without_one_last() {
        ClaimOrder order = new ClaimOrder(BOUND, ClaimOrder.By.DEADLINE);
        Instant now = Instant.parse("2026-11-22T18:00:00Z");

        List<Long> places = List.of(
                number(order, Priority.HIGH, now.plusSeconds(10), now),
                number(order, Priority.HIGH, now.plusSeconds(20), now.minusSeconds(100)),
                number(order, Priority.HIGH, Instant.parse("2199-12-31T00:00:00Z"), now),
                number(order, Priority.HIGH, null, now.minusSeconds(100)),
                number(order, Priority.HIGH, null, now),
                number(order, Priority.HIGH, null, Instant.parse("2199-12-31T00:00:00Z")),
                number(order, Priority.MEDIUM, Instant.parse("2000-01-02T00:00:00Z"), now));

        assertThat(places).isSorted().doesNotHaveDuplicates();
        assertThat(Math.addExact(
                        order.place(Priority.BACKGROUND, null).microsBehind(),
                        micros(Instant.parse("2199-12-31T00:00:00Z"))))
                .isPositive();
    }

    private static ClaimOrder by(Duration ageingBound) {
        return new ClaimOrder(ageingBound, ClaimOrder.By.AGE);
    }

    /** As {@link ClaimOrder#number} does in SQL. */
    private static long number(ClaimOrder order, Priority priority, @Nullable Instant deadlineAt, Instant readyAt) {
        ClaimOrder.Place place = order.place(priority, deadlineAt);
        return micros(place.at() == null ? readyAt : place.at()) + place.microsBehind();
    }

    private static long micros(Instant time) {
        return time.toEpochMilli() * 1000;
    }
}
