package escapement.watchdog;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.support.Eventually;
import escapement.support.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OldTransactionsDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Test
    void whoever_keeps_a_snapshot_is_named_and_timed_until_it_is_gone() throws Exception {
        try (TestDatabase test = TestDatabase.create();
                Database database = test.open();
                Connection other = test.connect();
                OldTransactions transactions = new OldTransactions(database)) {
            assertThat(transactions.runOnce()).isEmpty();
            assertThat(transactions.age()).isZero();

            other.setAutoCommit(false);
            String pid;
            try (Statement statement = other.createStatement()) {
                statement.execute("set transaction isolation level repeatable read");
                try (ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
                    row.next();
                    pid = row.getString(1);
                }
            }
            Eventually.within(PATIENCE, () -> {
                assertThat(transactions.runOnce())
                        .hasValueSatisfying(owner -> assertThat(owner).contains("pid " + pid, "idle in transaction"));
                assertThat(transactions.age()).isPositive();
            });

            other.rollback();
            assertThat(transactions.runOnce()).isEmpty();
            assertThat(transactions.age()).isZero();
        }
    }
}
