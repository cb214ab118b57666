package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WholeLooksTest {
    private static final long NOW = Long.MAX_VALUE - 1000; // the monotonic clock may begin anywhere, and runs over

    private final WholeLooks looks = new WholeLooks();

    @Test
    void they_follow_each_other_at_once_while_they_are_cheap() {
        assertThat(looks.mayBeMade(NOW)).isTrue();

        looks.made(NOW, Duration.ofMillis(15), 0);
        assertThat(looks.mayBeMade(NOW)).isTrue();

        looks.made(NOW, Duration.ofMillis(150), 2000);
        assertThat(looks.mayBeMade(NOW)).as("its time went into claiming").isTrue();
    }

    @Test
    void one_that_stepped_over_much_is_followed_by_four_times_as_long_without() {
        looks.made(NOW, Duration.ofMillis(510), 100);

        assertThat(looks.mayBeMade(NOW + Duration.ofMillis(1990).toNanos())).isFalse();
        assertThat(looks.mayBeMade(NOW + Duration.ofMillis(2010).toNanos())).isTrue();
    }

    @Test
    void nothing_waits_for_one_longer_than_five_seconds() {
        looks.made(NOW, Duration.ofSeconds(10), 0);

        assertThat(looks.mayBeMade(NOW + Duration.ofMillis(4990).toNanos())).isFalse();
        assertThat(looks.mayBeMade(NOW + Duration.ofMillis(5010).toNanos())).isTrue();
    }
}
