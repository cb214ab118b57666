package escapement.calibration.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SpanTest {
    @Test
    void every_day_of_a_window_counts_once_and_no_other_day_does() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            LocalDate from = LocalDate.of(2024, 1, 1).plusDays(random.nextInt(800));
            LocalDate to = from.plusDays(random.nextInt(random.nextBoolean() ? 60 : 400));
            Map<LocalDate, Integer> counted = new TreeMap<>();

            for (Span span : Span.of(new Window(from, to, false), Part.NOTHING)) {
                LocalDate end = span.isMonth()
                        ? span.last().withDayOfMonth(1).plusMonths(1)
                        : span.last().plusDays(1);
                span.first().datesUntil(end).forEach(day -> counted.merge(day, span.sign(), Integer::sum));
            }

            counted.values().removeIf(n -> n == 0);
            assertThat(counted.keySet())
                    .as("seed %d, %s to %s", seed, from, to)
                    .containsExactlyElementsOf(from.datesUntil(to.plusDays(1)).toList());
            assertThat(counted.values()).as("seed %d, %s to %s", seed, from, to).containsOnly(1);
        }
    }

    @Test
    void of_a_cut_month_the_fewer_days_are_read() {
        Window window = new Window(LocalDate.of(2026, 8, 26), LocalDate.of(2026, 11, 23), false);

        assertThat(Span.of(window, Part.MONTH))
                .containsExactly(
                        new Span(false, LocalDate.of(2026, 8, 26), LocalDate.of(2026, 8, 31), 1),
                        new Span(false, LocalDate.of(2026, 11, 24), LocalDate.of(2026, 11, 30), -1),
                        new Span(true, LocalDate.of(2026, 9, 1), LocalDate.of(2026, 11, 30), 1));
        assertThat(Span.of(window, Part.WEEK)).isEqualTo(List.of(new Span(false, window.from(), window.to(), 1)));
    }
}
