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
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many submit at once, each a task of his own. */
class GroupSubmitDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CALLERS = 20;
    private static final int WRITERS = 1;

    private final Map<String, Long> stored = new ConcurrentHashMap<>();
    private IntFunction<String> task = i -> "{\"action_name\":\"echo\",\"description\":\"caller %d\"}".formatted(i);
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
        submitWhileOneIsHeldUp();

        assertThat(refused).isEmpty();
        assertThat(stored).hasSize(CALLERS);
        stored.forEach((name, id) -> assertThat(
                        Sql.texts(database, "select description from escapement.task where id = ?", id))
                .containsExactly(name));
        assertThat(Sql.number(database, "select count(*) from escapement.journal where from_status is null"))
                .as("one that came first, and one for all others")
                .isEqualTo(WRITERS + 1);
        server.awaitCount(PATIENCE, "COMPLETED", CALLERS);
    }

    @Test
    void one_that_the_database_refuses_costs_the_others_nothing() throws Exception {
        Sql.update(database, "alter table escapement.task add check (description <> 'caller 7')");

        submitWhileOneIsHeldUp();

        assertThat(refused).containsOnlyKeys("caller 7");
        assertThat(refused.get("caller 7")).isInstanceOf(DataAccessException.class);
        assertThat(stored).hasSize(CALLERS - 1);
        server.awaitCount(PATIENCE, "COMPLETED", CALLERS - 1);
    }

    @Test
    void tasks_with_keys_share_a_commit_too_and_who_comes_with_a_key_that_is_taken_gets_its_task() throws Exception {
        long before = submit("{\"action_name\":\"echo\",\"idempotency_key\":\"earlier\"}");
        task = i -> "{\"action_name\":\"echo\",\"idempotency_key\":\"%s\"}"
                .formatted(i == 0 ? "earlier" : i < 10 ? "shared" : "own " + i);

        submitWhileOneIsHeldUp();

        assertThat(refused).isEmpty();
        assertThat(stored).hasSize(CALLERS).containsEntry("caller 0", before);
        assertThat(IntStream.range(1, 10).mapToObj(i -> stored.get("caller " + i)))
                .containsOnly(stored.get("caller 1"));
        assertThat(Set.copyOf(stored.values())).hasSize(12);
        assertThat(Sql.number(database, "select count(*) from escapement.journal where from_status is null"))
                .as("the earlier one, at most one that came first, and one for all others")
                .isLessThanOrEqualTo(1 + WRITERS + 1);
        server.awaitCount(PATIENCE, "COMPLETED", 12);
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

    @Test
    void a_large_batch_does_not_wait_for_a_small_one() throws Exception {
        String many = "[" + String.join(",", Collections.nCopies(100, task.apply(0))) + "]";
        try (Connection inTheWay = database.connect();
                Statement statement = inTheWay.createStatement()) {
            inTheWay.setAutoCommit(false);
            statement.execute("lock table escapement.journal in exclusive mode");
            Thread one = Thread.ofPlatform().start(() -> submit(1));
            awaitWriters(1);
            Thread large =
                    Thread.ofPlatform().start(() -> server.post("/api/v1/tasks/batch", "{\"tasks\":" + many + "}"));
            awaitWriters(2);
            inTheWay.rollback();
            join(one, large);
        }
        server.awaitCount(PATIENCE, "COMPLETED", 101);
    }

    private void awaitWriters(int count) {
        Eventually.within(PATIENCE, () -> assertThat(Sql.number(database, """
                                select count(*) from pg_stat_activity
                                 where datname = current_database() and wait_event_type = 'Lock' and query like 'with asked as%'""")).isEqualTo(count));
    }

    private void submitWhileOneIsHeldUp() throws SQLException, InterruptedException {
        try (Connection inTheWay = database.connect();
                Statement statement = inTheWay.createStatement()) {
            Thread[] callers = holdUp(inTheWay, statement);
            inTheWay.rollback();
            join(callers);
        }
    }

    /** @return all callers, of whom one waits for the lock and the others for him */
    private Thread[] holdUp(Connection inTheWay, Statement statement) throws SQLException {
        inTheWay.setAutoCommit(false);
        statement.execute("lock table escapement.journal in exclusive mode");
        Thread[] callers = IntStream.range(0, CALLERS)
                .mapToObj(i -> Thread.ofPlatform().start(() -> submit(i)))
                .toArray(Thread[]::new);
        Eventually.within(
                PATIENCE,
                () -> assertThat(callers)
                        .filteredOn(caller -> LockSupport.getBlocker(caller) instanceof GroupSubmit)
                        .hasSize(CALLERS - WRITERS));
        return callers;
    }

    private static void join(Thread... callers) throws InterruptedException {
        for (Thread caller : callers) {
            caller.join(PATIENCE);
        }
    }

    private void submit(int i) {
        String name = "caller " + i;
        try {
            stored.put(name, submit(task.apply(i)));
        } catch (RuntimeException e) {
            refused.put(name, e);
        }
    }

    private long submit(String task) {
        NewTask read = Fields.readAll(Json.parse(task), NewTaskReader::read);
        return server.server()
                .enqueuer()
                .submit(Principal.LOCAL, read)
                .task()
                .task()
                .id();
    }
}
