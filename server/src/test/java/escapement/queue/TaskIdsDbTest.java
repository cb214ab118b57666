package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.support.TestDatabase;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

class TaskIdsDbTest {
    @Test
    @ResourceLock(Resources.TIME_ZONE)
    void nodes_in_any_time_zone_hand_out_ids_of_the_same_day() {
        // at every hour it is another day than in UTC in one of the two
        assertThat(dayOfIdIn("Pacific/Kiritimati")).isEqualTo(today());
        assertThat(dayOfIdIn("Etc/GMT+12")).isEqualTo(today());
    }

    @Test
    void in_a_transaction_they_need_no_second_connection() {
        try (TestDatabase database = TestDatabase.create();
                Database only = database.open(1)) {
            TaskIds ids = new TaskIds(only);

            long[] inside = only.inTransaction(tx -> ids.take(tx, 3));

            assertThat(inside).containsExactly(inside[0], inside[0] + 1, inside[0] + 2);
            assertThat(ids.take(2)).containsExactly(inside[2] + 1, inside[2] + 2);
            assertThat(ids.take(1000)[0]).as("of a block of its own").isGreaterThan(inside[2] + 2);
        }
    }

    /** The driver gives the session the zone of the JVM. */
    private static long dayOfIdIn(String zone) {
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        try (TestDatabase database = TestDatabase.create();
                Database work = database.open(1)) {
            return new TaskIds(work).take(1)[0] >> 40;
        } finally {
            TimeZone.setDefault(before);
        }
    }

    private static long today() {
        return ChronoUnit.DAYS.between(LocalDate.of(2026, 1, 1), LocalDate.now(ZoneOffset.UTC));
    }
}
