package escapement.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PokesTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration GATHER = Duration.ofMillis(50);

    private final Pokes pokes = new Pokes();

    @Test
    void a_poke_that_comes_while_the_thread_works_is_kept_and_does_not_shorten_the_gathering() {
        pokes.poke();
        assertThat(pokes.await(LONG, GATHER)).isTrue();

        pokes.poke(); // as while it works
        pokes.poke();
        long from = System.nanoTime();

        assertThat(pokes.await(LONG, GATHER)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(GATHER);
    }

    @Test
    void pokes_are_used_up_together() {
        pokes.poke();
        pokes.poke();
        pokes.await(LONG, Duration.ZERO);
        long from = System.nanoTime();

        assertThat(pokes.await(GATHER, Duration.ZERO)).as("nobody poked since").isTrue();

        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThanOrEqualTo(GATHER);
    }

    @Test
    void what_is_to_be_tried_again_waits_for_no_poke() {
        pokes.tryAgainAfter(Duration.ZERO);

        assertThat(pokes.await(LONG, Duration.ZERO)).isTrue();
    }

    @Test
    void once_closed_nobody_waits() {
        pokes.close();

        assertThat(pokes.await(LONG, LONG)).isFalse();
        assertThat(pokes.await(LONG, LONG)).isFalse();
    }
}
