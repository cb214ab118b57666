package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.action.Outcome;
import escapement.action.RiskLevel;
import escapement.db.Database;
import escapement.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionStoreDbTest {
    private static final short ANY = 1;

    @Test
    void the_end_of_a_task_that_was_rescued_meanwhile_is_not_on_record() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Database work = database.open(1)) {
            CompletionStore store = new CompletionStore(work, new ClaimOrder(Duration.ZERO, ClaimOrder.By.AGE));
            record(database, 7, "LOST");
            record(database, 8, "SUCCEEDED");

            var recorded = store.recorded(List.of(success(7), success(8)));

            assertThat(recorded).containsExactly(8L);
        }
    }

    private static void record(TestDatabase database, long task, String outcome) throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into escapement.attempt (task_id, attempt, fence, node, action, queue, outcome, risk_level, gate_path,
                                                    ready_at, started_at, ended_at)
                    values (%d, 1, 1, 1, 1, 1, '%s', 'LOW', 'AUTO', now(), now(), now())
                    """.formatted(task, outcome));
        }
    }

    private static Ending success(long task) {
        ClaimedTask claimed = new ClaimedTask(
                task, 1, 1, 1, 0, 3, ANY, ANY, 0, RiskLevel.LOW, null, null, 0, "{}", false, false, false, false, null);
        return Ending.of(claimed, new Outcome.Succeeded(null), 0, System.nanoTime());
    }
}
