package escapement.db;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two that want the same rows in another order: PostgreSQL ends one of them. */
class DeadlockDbTest {
    private TestDatabase database;
    private Database node;

    @BeforeEach
    void begin() {
        database = TestDatabase.create();
        Sql.update(database, "create table escapement.pair (id int primary key, n int not null)");
        Sql.update(database, "insert into escapement.pair values (1, 0), (2, 0)");
        node = database.open(1);
    }

    @AfterEach
    void end() {
        node.close();
        database.close();
    }

    @Test
    void a_statement_at_whose_expense_a_deadlock_is_broken_is_done_again() throws SQLException {
        cross(() -> node.statement(
                connection -> connection.createStatement().executeUpdate("update escapement.pair set n = n + 1")));
    }

    @Test
    void a_transaction_at_whose_expense_a_deadlock_is_broken_is_done_again() throws SQLException {
        cross(() -> node.inTransaction(tx -> {
            tx.execute("update escapement.pair set n = n + 1 where id = 1");
            return tx.execute("update escapement.pair set n = n + 1 where id = 2");
        }));
    }

    /** Runs what locks 1 and then 2 against one that has locked 2 and then wants 1, and is patient. */
    private void cross(Runnable oneThenTwo) throws SQLException {
        try (Connection other = database.connect()) {
            Sql.update(other, "set deadlock_timeout = '60s'");
            other.setAutoCommit(false);
            Sql.update(other, "update escapement.pair set n = n + 1 where id = 2");
            CompletableFuture<Void> node = CompletableFuture.runAsync(oneThenTwo);
            database.awaitWaiter();
            Sql.update(other, "update escapement.pair set n = n + 1 where id = 1");
            other.commit();
            node.join();
        }

        assertThat(Sql.texts(database, "select n from escapement.pair order by id"))
                .as("counted by both, once each")
                .containsExactly("2", "2");
    }
}
