package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Facts;
import escapement.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nodes with the lease that they have unless told otherwise, stopped for somewhat less than two thirds of it. */
@Tag("faults")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PausedNodeProcessTest {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(19);
    private static final int ROUNDS = Integer.getInteger("faults.pauses", 4);

    @Test
    void a_pause_of_less_than_twenty_seconds_costs_a_node_none_of_its_tasks(@TempDir Path folder) throws Exception {
        try (FaultCluster cluster = new FaultCluster(folder, 3, Map.of(), LEASE, number -> new String[0])) {
            Facts facts = cluster.facts();
            try (Load load = cluster.load()) {
                for (int round = 0; round < ROUNDS; round++) {
                    ServerProcess paused = cluster.node(round % 3);
                    // at any point between two renewals
                    await(Duration.ofMillis(cluster.random().nextInt(10_000)));
                    paused.signal("STOP");
                    await(PAUSE);
                    paused.signal("CONT");
                    Eventually.within(
                            FaultCluster.PATIENCE,
                            () -> assertThat(paused.isReady()).isTrue());
                }
                cluster.settle(load);
            }

            assertThat(facts.number("select count(*) from escapement.attempt where outcome = 'LOST'"))
                    .as("rescued although its node lived")
                    .isZero();
            assertThat(facts.number("select count(*) from escapement.node"))
                    .as("incarnations")
                    .isEqualTo(3);
        }
    }

    private static void await(Duration span) {
        long until = System.nanoTime() + span.toNanos();
        Eventually.within(
                span.plusSeconds(30),
                () -> assertThat(System.nanoTime() - until).isPositive());
    }
}
