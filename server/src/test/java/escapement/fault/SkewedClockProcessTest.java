package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Eventually;
import escapement.support.Facts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node of three lives in another time, by libfaketime. */
@Tag("faults")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SkewedClockProcessTest {
    private static final Path FAKETIME = Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");
    private static final Duration WATCHED = FaultCluster.LEASE.multipliedBy(4);

    @ParameterizedTest
    @ValueSource(ints = {2, 5, -5, 20, -20, 600, -600})
    void a_node_with_a_wrong_clock_loses_nothing_is_not_taken_for_dead_and_takes_nobody_for_dead(
            int seconds, @TempDir Path folder) throws Exception {
        Installed.assume(FAKETIME, "faketime");
        try (FaultCluster cluster = new FaultCluster(
                folder, 3, Map.of(), FaultCluster.LEASE, number -> number == 1 ? by(seconds) : new String[0])) {
            Facts facts = cluster.facts();
            boolean fit = Math.abs(seconds) <= 3;
            try (Load load = cluster.load()) {
                Eventually.within(
                        FaultCluster.PATIENCE,
                        () -> assertThat(cluster.node(1).isReady()).isEqualTo(fit));
                if (!fit) {
                    assertThat(cluster.node(1).get("/readyz").body()).contains("clock is " + Math.abs(seconds));
                }
                Instant until = Instant.now().plus(WATCHED);
                Eventually.within(
                        WATCHED.multipliedBy(2), () -> assertThat(Instant.now()).isAfter(until));
                cluster.settle(load);
            }

            assertThat(facts.number("select count(*) from escapement.attempt where outcome = 'LOST'"))
                    .as("rescued although its node lived")
                    .isZero();
            assertThat(facts.number("select count(*) from escapement.node")).isEqualTo(3);
            assertThat(
                            facts.number(
                                    "select count(distinct node) from escapement.attempt where started_at > now() - interval '1 min'"))
                    .as("nodes that work")
                    .isEqualTo(3);
        }
    }

    @Test
    void a_clock_that_jumps_while_its_node_works_costs_nothing(@TempDir Path folder) throws Exception {
        Installed.assume(FAKETIME, "faketime");
        Path clock = Files.writeString(folder.resolve("clock"), "+0s\n");
        try (FaultCluster cluster = new FaultCluster(
                        folder, 3, Map.of(), FaultCluster.LEASE, number -> number == 1 ? by(clock) : new String[0]);
                Load load = cluster.load()) {
            for (int seconds : new int[] {300, 0, -300, 0}) {
                Files.writeString(clock, "%+ds%n".formatted(seconds));
                Eventually.within(
                        FaultCluster.PATIENCE,
                        () -> assertThat(cluster.node(1).isReady()).isEqualTo(seconds == 0));
                int before = load.count();
                Eventually.within(
                        FaultCluster.PATIENCE, () -> assertThat(load.count()).isGreaterThan(before + 200));
            }
            cluster.settle(load);

            Facts facts = cluster.facts();
            assertThat(facts.number("select count(*) from escapement.attempt where outcome = 'LOST'"))
                    .isZero();
            assertThat(facts.number("select count(*) from escapement.node")).isEqualTo(3);
        }
    }

    // Java waits by the monotonic clock, which no wrong time of day moves. Unless told not to, libfaketime takes its
    // condition variables for such of the time of day, with a glibc of 2.25 or newer: every timed wait returns at once,
    // and
    // a node that spins in all its threads never comes up
    private static String[] faked(String... time) {
        List<String> command = new ArrayList<>(List.of(
                "env", "LD_PRELOAD=" + FAKETIME, "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_FORCE_MONOTONIC_FIX=0"));
        command.addAll(List.of(time));
        return command.toArray(String[]::new);
    }

    private static String[] by(int seconds) {
        return faked("FAKETIME=%+ds".formatted(seconds));
    }

    /** As far off as the file says at each moment. */
    private static String[] by(Path clock) {
        return faked("FAKETIME_TIMESTAMP_FILE=" + clock, "FAKETIME_NO_CACHE=1");
    }
}
