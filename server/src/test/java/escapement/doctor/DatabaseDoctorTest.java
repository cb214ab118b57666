package escapement.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.doctor.Finding.Level;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is made of a database's vitals. */
class DatabaseDoctorTest {
    private static final Duration NONE = Duration.ZERO;

    @Test
    void a_sound_database_has_nothing_to_advise() {
        assertThat(DatabaseDoctor.judge(vitals("on", NONE, NONE, Pooling.NONE), "here"))
                .extracting(Finding::level)
                .containsOnly(Level.OK);
    }

    @Test
    void a_commit_that_does_not_wait_for_the_disk_is_a_failure_and_one_that_waits_for_no_standby_a_warning() {
        assertThat(level("durability", vitals("off", NONE, NONE, Pooling.NONE))).isEqualTo(Level.FAIL);
        assertThat(level("durability", vitals("local", NONE, NONE, Pooling.NONE)))
                .isEqualTo(Level.WARN);
        assertThat(level("durability", vitals("remote_apply", NONE, NONE, Pooling.NONE)))
                .isEqualTo(Level.OK);
    }

    @Test
    void a_clock_is_judged_by_what_it_is_off_for_certain_in_either_direction() {
        assertThat(level("clock", vitals("on", Duration.ofMillis(1100), NONE, Pooling.NONE)))
                .isEqualTo(Level.OK); // the look took 0.2 s either way
        assertThat(level("clock", vitals("on", Duration.ofSeconds(-2), NONE, Pooling.NONE)))
                .isEqualTo(Level.WARN);
        assertThat(level("clock", vitals("on", Duration.ofSeconds(-60), NONE, Pooling.NONE)))
                .isEqualTo(Level.FAIL);
    }

    @Test
    void a_long_transaction_is_a_warning_and_a_very_long_one_a_failure() {
        assertThat(level("transactions", vitals("on", NONE, Duration.ofMinutes(6), Pooling.NONE)))
                .isEqualTo(Level.WARN);
        assertThat(level("transactions", vitals("on", NONE, Duration.ofHours(7), Pooling.NONE)))
                .isEqualTo(Level.FAIL);
    }

    @Test
    void only_a_pooler_that_hands_connections_on_is_a_failure() {
        assertThat(level("pooler", vitals("on", NONE, NONE, Pooling.SESSION))).isEqualTo(Level.OK);
        assertThat(level("pooler", vitals("on", NONE, NONE, Pooling.TRANSACTION)))
                .isEqualTo(Level.FAIL);
    }

    private static Level level(String check, Vitals vitals) {
        return DatabaseDoctor.judge(vitals, "here").stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow()
                .level();
    }

    private static Vitals vitals(String synchronousCommit, Duration ahead, Duration oldest, Pooling pooling) {
        return new Vitals(
                "18.1",
                18,
                true,
                true,
                synchronousCommit,
                false,
                ahead,
                Duration.ofMillis(200),
                oldest,
                "ada, psql, pid 7",
                0,
                3,
                100,
                pooling,
                Optional.empty());
    }
}
