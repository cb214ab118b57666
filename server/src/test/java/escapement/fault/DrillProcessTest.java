package escapement.fault;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.ServerProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code drill}, as ops/failover-drill runs it. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DrillProcessTest {
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    @TempDir
    Path folder;

    @Test
    void what_it_does_not_know_is_refused_and_nothing_is_started() throws Exception {
        assertThat(refusal("--exercise", "flood")).contains("--exercise knows kill, kills, rolling, pin, not 'flood'");
        assertThat(refusal("--nodes", "1")).contains("--nodes must be a whole number from 2 to 20, got '1'");
        assertThat(refusal("--database-url", "jdbc:postgresql://127.0.0.1:1/mine"))
                .contains("PostgreSQL of its own", "ESCAPEMENT_DATABASE_URL");
    }

    private String refusal(String... arguments) throws Exception {
        try (ServerProcess drill = start(arguments)) {
            assertThat(drill.waitExit(Duration.ofSeconds(30))).isEqualTo(1);
            return drill.errors();
        }
    }

    @Test
    @Tag("faults")
    void the_tasks_of_a_killed_node_run_again_within_its_lease_and_a_scan() throws Exception {
        assertThat(output("--lease-seconds", "6"))
                .contains("killed by kill -9, holding", "its lease has run out", "all of them run again")
                .containsPattern("99 of 100 in [1-9]\\.\\d s");
    }

    @Test
    @Tag("faults")
    void nodes_are_killed_again_and_again() throws Exception {
        assertThat(output("--exercise", "kills", "--kills", "4", "--tasks", "2000", "--rate", "200"))
                .contains("kill 4: node");
    }

    @Test
    @Tag("faults")
    void a_rolling_restart_is_noticed_by_no_client_and_uses_up_no_attempt() throws Exception {
        assertThat(output("--exercise", "rolling"))
                .contains("3 nodes restarted", "0 attempts used up by stops", "0 tasks that waited for a lease");
    }

    private String output(String... arguments) throws Exception {
        try (ServerProcess drill = start(arguments)) {
            assertThat(drill.waitExit(PATIENCE))
                    .as(drill.output() + drill.errors())
                    .isZero();
            assertThat(drill.output())
                    .contains(" 0 errors seen by the client", " 0 lost\n", " 0 doubled\n", "invariants hold");
            return drill.output();
        }
    }

    private ServerProcess start(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "drill";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return ServerProcess.in(folder).start(all);
    }
}
