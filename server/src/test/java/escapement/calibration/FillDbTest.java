package escapement.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.follow.Follower;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.Verified;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Made-up tasks are as the server would have left them, and as their world has it. */
class FillDbTest {
    private static final String SUMMED = """
            select n || ' ' || s || ' ' || sc || ' ' || scc || ' ' || scs from (
                select sum(n) as n, sum(s) as s, sum(sc) as sc, sum(scc) as scc, sum(scs) as scs from escapement.calibration_day) t""";

    @ParameterizedTest
    @EnumSource
    void every_world_leaves_a_database_that_holds_its_invariants(World world) {
        try (TestDatabase database = filled(world, 7, 2500)) {
            assertThat(Sql.number(database, "select count(*) from escapement.task"))
                    .isEqualTo(2500);
            assertThat(Sql.number(database, "select sum(n) from escapement.calibration_day")
                            + Sql.number(database, "select sum(n) from escapement.calibration_missing"))
                    .isEqualTo(2500);
            Verified.invariantsHold(database);
        }
    }

    @Test
    void the_same_seed_makes_the_same_tasks_and_another_does_not() {
        List<String> first;
        try (TestDatabase database = filled(World.OVERCONFIDENT, 1, 3000)) {
            first = Sql.texts(database, SUMMED);
        }
        try (TestDatabase database = filled(World.OVERCONFIDENT, 1, 3000)) {
            assertThat(Sql.texts(database, SUMMED)).isEqualTo(first);
        }
        try (TestDatabase database = filled(World.OVERCONFIDENT, 2, 3000)) {
            assertThat(Sql.texts(database, SUMMED)).isNotEqualTo(first);
        }
    }

    @Test
    void the_overconfident_state_far_more_than_comes_true_and_the_calibrated_do_not() {
        try (TestDatabase database = filled(World.OVERCONFIDENT, 3, 20_000)) {
            assertThat(gapInThousandths(database)).isBetween(150L, 250L);
        }
        try (TestDatabase database = filled(World.CALIBRATED, 3, 20_000)) {
            assertThat(gapInThousandths(database)).isBetween(-15L, 15L);
        }
    }

    private static long gapInThousandths(TestDatabase database) {
        return Sql.number(
                database, "select round((sum(sc) / 1000 - 1000 * sum(s)) / sum(n)) from escapement.calibration_day");
    }

    private static TestDatabase filled(World world, long seed, int tasks) {
        TestDatabase database = TestDatabase.create();
        try (Database pool = database.open()) {
            new FillStore(pool).fill(world, seed, tasks, 100, made -> {});
            new Follower(pool).followToEnd();
        }
        return database;
    }
}
