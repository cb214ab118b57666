package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.access.Principal;
import escapement.json.Fields;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many submit at once, each a task of his own. */
class GroupSubmitDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CALLERS = 20;
    private static final int WRITERS = 2;

    private final Map<String, Long> stored = new ConcurrentHashMap<>();
    private final Map<String, Exception> refused = new ConcurrentHashMap<>();
    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
    }

    @AfterEach
    void stop() {
        server.close();
        database.close();
    }

    @Test
    void what_comes_while_others_are_written_is_stored_by_one_commit_and_each_caller_is_told_of_his_own()
            throws Exception {
        submitWhileTwoAreHeldUp();

        assertThat(refused).isEmpty();
        assertThat(stored).hasSize(CALLERS);
        stored.forEach((name, id) -> assertThat(
                        Sql.texts(database, "select description from escapement.task where id = ?", id))
                .containsExactly(name));
        assertThat(Sql.number(database, "select count(*) from escapement.journal where from_status is null"))
                .as("two that wrote at once, and one for all others")
                .isEqualTo(WRITERS + 1);
        server.awaitCount(PATIENCE, "COMPLETED", CALLERS);
    }

    @Test
    void one_that_the_database_refuses_costs_the_others_nothing() throws Exception {
        Sql.update(database, "alter table escapement.task add check (description <> 'caller 7')");

        submitWhileTwoAreHeldUp();

        assertThat(refused).containsOnlyKeys("caller 7");
        assertThat(refused.get("caller 7")).isInstanceOf(DataAccessException.class);
        assertThat(stored).hasSize(CALLERS - 1);
        server.awaitCount(PATIENCE, "COMPLETED", CALLERS - 1);
    }

    @Test
    void who_does_not_get_through_is_refused_and_not_stored_later() throws Exception {
        try (Connection inTheWay = database.connect();
                Statement statement = inTheWay.createStatement()) {
            Thread[] callers = holdUp(inTheWay, statement);
            Eventually.within(PATIENCE, () -> assertThat(refused).hasSize(CALLERS - WRITERS));
            inTheWay.rollback();
            join(callers);
        }

        assertThat(refused.values())
                .allSatisfy(e -> assertThat(e).hasCauseInstanceOf(SQLTransientConnectionException.class));
        assertThat(stored).hasSize(WRITERS);
        server.awaitCount(PATIENCE, "COMPLETED", WRITERS);
        assertThat(Sql.number(database, "select count(*) from escapement.task")).isEqualTo(WRITERS);
    }

    private void submitWhileTwoAreHeldUp() throws SQLException, InterruptedException {
        try (Connection inTheWay = database.connect();
                Statement statement = inTheWay.createStatement()) {
            Thread[] callers = holdUp(inTheWay, statement);
            inTheWay.rollback();
            join(callers);
        }
    }

    /** @return all callers, of whom two wait for the lock and the others for them */
    private Thread[] holdUp(Connection inTheWay, Statement statement) throws SQLException {
        inTheWay.setAutoCommit(false);
        statement.execute("lock table escapement.journal in exclusive mode");
        Thread[] callers = IntStream.range(0, CALLERS)
                .mapToObj(i -> Thread.ofPlatform().start(() -> submit("caller " + i)))
                .toArray(Thread[]::new);
        Eventually.within(
                PATIENCE,
                () -> assertThat(callers)
                        .filteredOn(caller -> LockSupport.getBlocker(caller) instanceof GroupSubmit)
                        .hasSize(CALLERS - WRITERS));
        return callers;
    }

    private static void join(Thread[] callers) throws InterruptedException {
        for (Thread caller : callers) {
            caller.join(PATIENCE);
        }
    }

    private void submit(String name) {
        try {
            NewTask task = Fields.readAll(
                    Json.parse("{\"action_name\":\"echo\",\"description\":\"%s\"}".formatted(name)),
                    NewTaskReader::read);
            stored.put(
                    name,
                    server.server()
                            .enqueuer()
                            .submit(Principal.LOCAL, task)
                            .task()
                            .task()
                            .id());
        } catch (RuntimeException e) {
            refused.put(name, e);
        }
    }
}
