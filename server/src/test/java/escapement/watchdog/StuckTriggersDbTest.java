package escapement.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Triggers in states that Quartz itself never ends. */
class StuckTriggersDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestDatabase database;
    private Database pool;

    @BeforeEach
    void createDatabase() {
        database = TestDatabase.create();
        pool = database.open();
    }

    @AfterEach
    void dropDatabase() {
        pool.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACQUIRED", "BLOCKED", "ERROR"})
    void a_trigger_left_in_a_state_that_nobody_ends_fires_again(String state) {
        // a scheduler that runs has its trigger in hand, and would write its own state
        TestServer.start(database).close();
        Sql.update(database, "delete from quartz.qrtz_fired_triggers");
        stick(state);
        assertThat(Sql.number(database, STUCK_AND_NOT_FIRED, state)).isEqualTo(1);

        assertThat(new StuckTriggers(pool).runOnce()).containsExactly("DispatchJob " + state);

        try (TestServer _ = TestServer.start(database)) {
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(Sql.number(database, SECONDS_LATE)).isLessThan(5));
        }
    }

    @Test
    void one_that_is_late_because_no_node_lived_or_fires_right_now_is_left_alone() {
        try (TestServer _ = TestServer.start(database)) {
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(Sql.number(database, SECONDS_LATE)).isLessThan(5));
        }
        stick("WAITING");
        assertThat(new StuckTriggers(pool).runOnce()).isEmpty();

        stick("ACQUIRED");
        Sql.update(database, """
                insert into quartz.qrtz_fired_triggers
                       (sched_name, entry_id, trigger_name, trigger_group, instance_name, fired_time, sched_time, priority, state,
                        job_name, job_group)
                select sched_name, 'one', trigger_name, trigger_group, 'node', 0, 0, 5, 'EXECUTING', job_name, job_group
                  from quartz.qrtz_triggers where trigger_name = 'DispatchJob'""");

        assertThat(new StuckTriggers(pool).runOnce()).isEmpty();
    }

    @Test
    void a_start_keeps_a_trigger_as_it_is_unless_its_period_changed() {
        TestServer.start(database).close();
        Sql.update(database, "update quartz.qrtz_triggers set start_time = 7 where trigger_name = 'DispatchJob'");
        TestServer.start(database).close();
        assertThat(Sql.number(
                        database, "select start_time from quartz.qrtz_triggers where trigger_name = 'DispatchJob'"))
                .isEqualTo(7);

        Sql.update(
                database,
                "update quartz.qrtz_simple_triggers set repeat_interval = 77 where trigger_name = 'DispatchJob'");
        TestServer.start(database).close();

        assertThat(Sql.number(
                        database,
                        "select repeat_interval from quartz.qrtz_simple_triggers where trigger_name = 'DispatchJob'"))
                .isEqualTo(1000);
    }

    private static final String STUCK_AND_NOT_FIRED = """
            select count(*) from quartz.qrtz_triggers t
             where trigger_name = 'DispatchJob' and trigger_state = ? and next_fire_time < (extract(epoch from now()) - 150) * 1000
               and not exists (select from quartz.qrtz_fired_triggers f where f.trigger_name = t.trigger_name)
            """;
    private static final String SECONDS_LATE = """
            select coalesce(extract(epoch from now()) - min(next_fire_time) / 1000, 1000)
              from quartz.qrtz_triggers where trigger_name = 'DispatchJob' and trigger_state <> 'ERROR'
            """;

    private void stick(String state) {
        Sql.update(database, """
                update quartz.qrtz_triggers
                   set trigger_state = ?, next_fire_time = (extract(epoch from now()) - 200) * 1000
                 where trigger_name = 'DispatchJob'
                """, state);
    }
}
