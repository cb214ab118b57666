package escapement.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.db.Database;
import escapement.support.Eventually;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every row of the journal is counted exactly once, however late and in whatever order transactions commit. */
class FollowerDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestDatabase database;
    private Database pool;
    private Follower follower;

    @BeforeEach
    void open() {
        database = TestDatabase.create();
        pool = database.open();
        follower = new Follower(pool);
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
    }

    @Test
    void a_row_whose_transaction_commits_after_later_ones_is_not_lost() throws SQLException {
        try (Connection late = database.connect()) {
            late.setAutoCommit(false);
            submit(late, 1);
            try (Connection early = database.connect()) {
                submit(early, 10);
            }

            follower.followToEnd(); // whoever trusts max(seq) now stands behind the late row
            assertThat(counted()).as("counts while one is open").isEqualTo(10);
            late.commit();
            assertThat(counted()).as("counts right after").isEqualTo(11);
            follower.followToEnd();

            assertThat(rolledUp()).isEqualTo(11);
            assertThat(counted()).isEqualTo(11);
        }
    }

    @Test
    void a_row_that_is_rolled_back_never_counts() throws SQLException {
        try (Connection undone = database.connect();
                Connection kept = database.connect()) {
            undone.setAutoCommit(false);
            submit(undone, 1);
            submit(kept, 10);
            undone.rollback();

            follower.followToEnd();

            assertThat(rolledUp()).isEqualTo(10);
        }
    }

    @Test
    void following_again_adds_nothing() throws SQLException {
        try (Connection connection = database.connect()) {
            for (int i = 0; i < 500; i++) { // more than one stretch
                submit(connection, 2);
            }
        }

        follower.followToEnd();
        follower.followToEnd();

        assertThat(rolledUp()).isEqualTo(1000);
        assertThat(counted()).isEqualTo(1000);
    }

    @Test
    void many_followers_beside_many_writers_count_every_row_once() throws Exception {
        int writers = 6;
        int rows = 300;
        AtomicBoolean writing = new AtomicBoolean(true);
        List<Future<?>> followers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 3; i++) {
                followers.add(threads.submit(() -> {
                    while (writing.get()) {
                        follower.followToEnd();
                    }
                }));
            }
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                all.add(() -> submitInOverlappingTransactions(rows));
            }
            for (Future<Void> writer : threads.invokeAll(all)) {
                writer.get();
            }
            writing.set(false);
            for (Future<?> each : followers) {
                each.get();
            }
        }
        follower.followToEnd();

        assertThat(rolledUp()).isEqualTo((long) writers * rows);
        assertThat(counted()).isEqualTo((long) writers * rows);
    }

    @Test
    void rolled_up_counts_are_those_of_a_scan() {
        try (TestServer server = TestServer.start(database)) {
            server.submitMany(200, "{\"action_name\":\"echo\",\"queue\":\"one\"}");
            server.submitMany(20, "{\"action_name\":\"fail\",\"queue\":\"two\",\"max_attempts\":1}");
            server.submitMany(5, "{\"action_name\":\"fail\",\"queue\":\"two\"}");
            server.submitMany(7, "{\"action_name\":\"echo\",\"delay_seconds\":3600}");
            server.awaitCount(PATIENCE, "COMPLETED", 200);
            server.awaitCount(PATIENCE, "FAILED", 20);

            Eventually.within(
                    PATIENCE, () -> assertThat(Sql.number(database, """
                            select count(*) from escapement.follower f
                              join escapement.journal j on (j.xid, j.seq) > (f.xid, f.seq)""")).isLessThan(10));
            assertThat(Sql.number(database, """
                            select sum(n) from report.status_counts where queue = 'one' and status = 'COMPLETED'""")).isEqualTo(200);
            JsonNode byStatus = server.metrics().path("by_status");
            assertThat(byStatus.path("FAILED").intValue()).isEqualTo(20);
            assertThat(byStatus.path("SCHEDULED").intValue()
                            + byStatus.path("PENDING").intValue()
                            + byStatus.path("IN_PROGRESS").intValue())
                    .isEqualTo(12);
            Verified.invariantsHold(database); // they compare the counts with scans
        }
    }

    @Test
    void counts_are_exact_right_after_an_end_also_when_nothing_can_be_rolled_up() throws SQLException {
        try (TestServer server = TestServer.start(database);
                Connection open = database.connect()) {
            open.setAutoCommit(false);
            submit(open, 1); // holds every follower back

            for (int i = 1; i <= 20; i++) {
                server.await(server.submit("echo", "{}"), "COMPLETED");
                JsonNode metrics = server.metrics();
                assertThat(metrics.path("total_tasks").intValue()).isEqualTo(i);
                assertThat(metrics.path("completed_tasks").intValue()).isEqualTo(i);
                assertThat(metrics.path("total_succeeded").intValue()).isEqualTo(i);
                assertThat(metrics.path("active_tasks").intValue()).isZero();
            }
            assertThat(rolledUp()).isZero();
            open.rollback();
        }
    }

    private Void submitInOverlappingTransactions(int rows) throws SQLException {
        try (Connection first = database.connect();
                Connection second = database.connect()) {
            first.setAutoCommit(false);
            second.setAutoCommit(false);
            for (int i = 0; i < rows; i += 2) {
                submit(first, 1);
                submit(second, 1);
                if (ThreadLocalRandom.current().nextBoolean()) {
                    first.commit();
                    second.commit();
                } else {
                    second.commit();
                    first.commit();
                }
            }
        }
        return null;
    }

    private static void submit(Connection connection, int tasks) throws SQLException {
        Sql.update(connection, """
                insert into escapement.journal (queue, to_status, n, task_ids)
                values (1, 'PENDING', ?, array(select generate_series(1, ?)))""", tasks, tasks);
    }

    private long rolledUp() {
        return Sql.number(database, "select coalesce(sum(n), 0) from escapement.change_count");
    }

    private long counted() {
        return new CountStore(pool).counts().tasks();
    }
}
