package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.db.DatabaseAddress;
import escapement.support.TestDatabase;
import java.time.Duration;
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

    /** The driver gives the session the zone of the JVM. */
    private static long dayOfIdIn(String zone) {
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        try (TestDatabase database = TestDatabase.create();
                Database work = Database.open(
                        new DatabaseAddress(database.url(), database.user(), database.password()),
                        "test",
                        1,
                        Duration.ofSeconds(30))) {
            return new TaskIds(work).take(1)[0] >> 40;
        } finally {
            TimeZone.setDefault(before);
        }
    }

    private static long today() {
        return ChronoUnit.DAYS.between(LocalDate.of(2026, 1, 1), LocalDate.now(ZoneOffset.UTC));
    }
}
