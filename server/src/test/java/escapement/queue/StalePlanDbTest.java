package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.action.Outcome;
import escapement.db.Database;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans are made once, and a queue is sometimes empty when they are. */
class StalePlanDbTest {
    private static final int BURST = 28_000;
    private static final int BATCH = 1000;

    /** What a backend counted is seen for certain when it has ended. */
    private static final String OTHERS =
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

    private static final String READ =
            "select seq_tup_read from pg_stat_all_tables where relid = 'escapement.live'::regclass";

    @Test
    void a_plan_made_while_the_queue_was_empty_does_not_outlive_the_first_slow_batch_of_a_burst() {
        try (TestDatabase database = TestDatabase.create()) {
            Sql.update(database, "alter table escapement.live set (autovacuum_enabled = false)");
            int node = WaitingTasks.fill(database, 1000);
            Sql.update(database, "delete from escapement.live");
            Sql.update(database, "analyze escapement.live");
            long before;
            try (Database one = database.open(1)) {
                WaitingTasks.ready(database, 1, 10);
                run(one, node, 10);
                WaitingTasks.define(database, 1001, BURST);
                WaitingTasks.ready(database, 1001, BURST);
                run(one, node, BATCH);
                awaitOthers(database, 1);
                before = read(one);

                run(one, node, BATCH);
            }
            awaitOthers(database, 0);

            assertThat(Sql.number(database, READ) - before)
                    .as("rows read in sequential scans")
                    .isZero();
        }
    }

    @Test
    void a_plan_made_while_the_queue_is_empty_after_a_burst_finds_tasks_by_their_ids() {
        try (TestDatabase database = TestDatabase.create()) {
            int node = WaitingTasks.fill(database, BURST);
            Sql.update(database, "delete from escapement.live");
            Sql.update(database, "vacuum (analyze) escapement.live");
            Sql.texts(database, "select pg_stat_force_next_flush()");
            long before = Sql.number(database, READ);
            try (Database one = database.open(1)) {
                WaitingTasks.ready(database, 1, 10);
                run(one, node, 10);
                WaitingTasks.ready(database, 11, BATCH);
                run(one, node, BATCH - 10);
            }
            awaitOthers(database, 0);

            assertThat(Sql.number(database, READ) - before)
                    .as("rows read in sequential scans")
                    .isZero();
        }
    }

    private static void run(Database one, int node, int tasks) {
        List<ClaimedTask> claimed = new ClaimStore(one).claim(node, new short[] {1}, Long.MIN_VALUE, tasks);
        assertThat(claimed).hasSize(tasks);
        List<Ending> ends = claimed.stream()
                .map(task -> Ending.of(task, new Outcome.Succeeded(null), 0, System.nanoTime()))
                .toList();
        CompletionStore completions = new CompletionStore(one, new ClaimOrder(Duration.ZERO, ClaimOrder.By.AGE));
        assertThat(completions.finish(node, ends)).hasSize(tasks);
    }

    private static void awaitOthers(TestDatabase database, int connections) {
        Eventually.within(
                Duration.ofSeconds(30),
                () -> assertThat(Sql.number(database, OTHERS)).isEqualTo(connections));
    }

    private static long read(Database one) {
        one.statement(connection -> connection.createStatement().execute("select pg_stat_force_next_flush()"));
        return one.jooq().fetchOne(READ).get(0, Long.class);
    }
}
