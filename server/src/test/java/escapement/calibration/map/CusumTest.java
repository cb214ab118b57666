package escapement.calibration.map;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.calibration.map.Cusum.Outcomes;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** When what comes true is said to stray from what the maps say. */
class CusumTest {
    private static final LocalDate FIRST = LocalDate.of(2026, 1, 1);

    @Test
    void outcomes_as_foretold_raise_no_alarm_in_a_year() {
        long alarms = IntStream.range(0, 200)
                .filter(seed -> Cusum.of(days(365, 50, 0.8, 0.8, seed)).alarm().isPresent())
                .count();

        assertThat(alarms).isLessThan(24); // 4.7 % of years are expected to
    }

    @Test
    void a_shift_is_seen_within_days_and_named_with_its_direction() {
        for (int seed = 0; seed < 20; seed++) {
            Cusum.Alarm less = Cusum.of(days(40, 50, 0.8, 0.69, seed)).alarm().orElseThrow();
            Cusum.Alarm more = Cusum.of(days(40, 50, 0.6, 0.72, seed)).alarm().orElseThrow();

            assertThat(less.since()).isBefore(FIRST.plusDays(25));
            assertThat(less.shift()).isBetween(-0.3, -0.05);
            assertThat(more.shift()).isBetween(0.05, 0.3);
        }
    }

    @Test
    void rare_outcomes_are_judged_fifty_at_a_time() {
        Cusum rare = Cusum.of(days(120, 2, 0.8, 0.8, 1));

        assertThat(rare.batches()).isEqualTo(4); // 240 outcomes, of which the last 40 wait for ten more
        assertThat(Cusum.of(List.of()).alarm()).isEmpty();
    }

    @Test
    void the_mix_is_judged_only_where_there_are_enough() {
        long[] high = {0, 0, 0, 0, 0, 0, 0, 0, 300, 700};
        long[] low = {0, 0, 0, 0, 0, 300, 700, 0, 0, 0};
        long[] few = {0, 0, 0, 0, 0, 30, 70, 0, 0, 0};

        assertThat(Mix.moved(high, high)).contains(0.0);
        assertThat(Mix.moved(high, low).orElseThrow()).isGreaterThan(0.25);
        assertThat(Mix.moved(high, few)).isEqualTo(Optional.empty());
    }

    private static List<Outcomes> days(int days, int perDay, double said, double true_, int seed) {
        Random random = new Random(seed);
        return IntStream.range(0, days)
                .mapToObj(day -> {
                    long s = IntStream.range(0, perDay)
                            .filter(i -> random.nextDouble() < true_)
                            .count();
                    return new Outcomes(FIRST.plusDays(day), perDay, s, perDay * said, perDay * said * (1 - said));
                })
                .toList();
    }
}
