package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.db.Database;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Nodes wait for each other's rows, and what they waited for has often changed. */
class ChangedRowDbTest {
    private static final int TASKS = 200;

    /** Uses what a statement has freed. */
    private static final String USER_OF_MEMORY = """
            create function escapement.memory(a bigint) returns bigint language sql volatile
            return (with x as materialized (select a as v, 'a text'::text as t) select sum(v) from x where t <> 'another')""";

    private static final String READ = """
            with due as materialized (
                select id from escapement.live order by id limit 1000 for update
            ), found as materialized (
                select d.id, escapement.memory(d.id), (select t.action from escapement.task t where t.id = d.id) as action
                  from (select id from due order by escapement.memory(id)) d
            )
            select count(action) from found""";

    @Test
    void a_statement_that_waited_for_a_changed_row_goes_on_to_find_tasks_by_their_ids() throws SQLException {
        try (TestDatabase database = TestDatabase.create();
                Database node = database.open(1);
                Connection other = database.connect()) {
            WaitingTasks.fill(database, TASKS);
            Sql.update(database, USER_OF_MEMORY);

            CompletableFuture<Long> found = beginToChange(other, node);
            database.awaitWaiter();
            other.commit();

            assertThat(found.join()).isEqualTo(TASKS);
        }
    }

    private static CompletableFuture<Long> beginToChange(Connection other, Database node) throws SQLException {
        other.setAutoCommit(false);
        Sql.update(other, "update escapement.live set crashes = crashes + 1 where id = 5");
        return CompletableFuture.supplyAsync(() -> node.jooq().fetchSingle(READ).get(0, Long.class));
    }
}
