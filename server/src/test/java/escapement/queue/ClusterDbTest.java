package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.action.Outcome;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several nodes on one database: every task ends exactly once, whoever holds it when. */
class ClusterDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HOLD = "{\"action_name\":\"hold\",\"max_attempts\":1}";

    private TestDatabase database;

    @BeforeEach
    void createDatabase() {
        database = TestDatabase.create();
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void ten_thousand_tasks_on_two_nodes_run_once_each() {
        Map<Long, Integer> runs = new ConcurrentHashMap<>();
        Map<Long, String> ranOn = new ConcurrentHashMap<>();
        try (TestServer one = TestServer.start(database, counting("one", runs, ranOn));
                TestServer two = TestServer.start(database, counting("two", runs, ranOn))) {
            List<String> first = one.submitMany(5000, "{\"action_name\":\"count\"}");
            List<String> second = two.submitMany(5000, "{\"action_name\":\"count\"}");
            one.awaitCount(PATIENCE, "COMPLETED", 10_000);

            assertThat(runs.keySet())
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(first.stream(), second.stream())
                            .map(Long::valueOf)
                            .toList());
            assertThat(runs.values()).containsOnly(1);
            assertThat(ranOn.values()).contains("one", "two");
            assertThat(one.server().engine().refusedEnds()
                            + two.server().engine().refusedEnds())
                    .isZero();
        }
        Verified.invariantsHold(database);
    }

    @Test
    void the_end_of_a_task_whose_fence_was_raised_meanwhile_is_refused_and_counted() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String taken = server.submit(HOLD);
            String kept = server.submit(HOLD);
            Eventually.within(PATIENCE, () -> assertThat(recorder.running()).isEqualTo(2));

            Sql.update(database, "update escapement.live set fence = fence + 1 where id = ?", Long.valueOf(taken));
            recorder.release();

            server.await(kept, "COMPLETED");
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(server.server().engine().refusedEnds()).isEqualTo(1));
            assertThat(server.task(taken).path("status").asText()).isEqualTo("IN_PROGRESS");
            assertThat(server.attempts(taken))
                    .singleElement()
                    .satisfies(attempt ->
                            assertThat(attempt.path("outcome").isNull()).isTrue());
            assertThat(server.get("/metrics").text()).contains("escapement_stale_completions_total 1.0");
        }
    }

    @Test
    void a_task_moved_to_another_node_ends_there_and_not_where_it_was() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String id = server.submit(HOLD);
            Eventually.within(PATIENCE, () -> assertThat(recorder.running()).isEqualTo(1));

            long other = Sql.number(database, """
                    insert into escapement.node (name, version, max_concurrent, actions, lease_until)
                    values ('other', 'test', 1, '{}', now() + interval '1 hour') returning incarnation""");
            Sql.update(
                    database,
                    "update escapement.live set node = ?, fence = fence + 1 where id = ?",
                    (int) other,
                    Long.valueOf(id));
            recorder.release(1);
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(server.server().engine().refusedEnds()).isEqualTo(1));
            assertThat(server.task(id).path("status").asText()).isEqualTo("IN_PROGRESS");

            Sql.update(database, "update escapement.node set lease_until = now() where name = 'other'");
            recorder.release();
            server.await(id, "COMPLETED");
            assertThat(server.attempts(id))
                    .extracting(attempt -> attempt.path("outcome").asText())
                    .containsExactly("LOST", "SUCCEEDED");
        }
        Verified.invariantsHold(database);
    }

    @Test
    void long_tasks_claimed_ahead_after_short_ones_go_back_for_another_node_to_take() {
        Recorder recorder = new Recorder();
        TestServer.Setup setup = TestServer.with().limit(4).actions(recorder.actions());
        try (TestServer one = setup.start(database)) {
            one.submitMany(500, "{\"action_name\":\"record\"}");
            one.awaitCount(PATIENCE, "COMPLETED", 500);

            one.submitMany(60, HOLD);
            Eventually.within(PATIENCE, () -> assertThat(recorder.running()).isEqualTo(4));
            Eventually.within(
                    PATIENCE, () -> assertThat(one.count("IN_PROGRESS")).isEqualTo(4));
            assertThat(Sql.number(database, """
                            select coalesce(sum(n), 0) from escapement.journal
                             where from_status = 'IN_PROGRESS' and to_status = 'PENDING' and outcome is null""")).as("tasks handed back").isPositive();

            try (TestServer two = setup.start(database)) {
                Eventually.within(PATIENCE, () -> assertThat(recorder.running()).isEqualTo(8));
                assertThat(two.metrics().path("node").path("running").intValue())
                        .isEqualTo(4);
                recorder.release();
                one.awaitCount(PATIENCE, "COMPLETED", 560);
            }
        }
        assertThat(recorder.started()).hasSize(560);
        assertThat(Sql.number(database, "select count(*) from escapement.attempt"))
                .as("a hand-back leaves no attempt")
                .isEqualTo(560);
        Verified.invariantsHold(database);
    }

    @Test
    void the_tasks_of_a_node_whose_lease_ran_out_are_interrupted_run_again_elsewhere_and_end_once() throws Exception {
        Recorder onOne = new Recorder();
        Recorder onTwo = new Recorder();
        TestServer.Setup setup = TestServer.with().lease(Duration.ofSeconds(2));
        try (TestServer one = setup.actions(onOne.actions()).start(database)) {
            List<String> ids = one.submitMany(3, HOLD);
            Eventually.within(PATIENCE, () -> assertThat(onOne.running()).isEqualTo(3));

            try (Connection cutOff = database.connect()) {
                cutOff.setAutoCommit(false);
                // whoever holds this lock keeps node one from renewing its lease, as a cut line would
                Sql.update(cutOff, "update escapement.node set version = version");
                try (TestServer two = setup.actions(onTwo.actions()).start(database)) {
                    Eventually.within(
                            PATIENCE, () -> assertThat(onTwo.running()).isEqualTo(3));
                    assertThat(Sql.number(database, "select sum(uncounted) from escapement.live"))
                            .as("starts that use up no attempt")
                            .isEqualTo(3);
                    Eventually.within(
                            PATIENCE,
                            () -> assertThat(onOne.running())
                                    .as("it knows by its own clock that they are not its any more, and interrupts them")
                                    .isZero());
                    onOne.release();
                    onTwo.release();
                    two.awaitCount(PATIENCE, "COMPLETED", 3);

                    for (String id : ids) {
                        assertThat(two.attempts(id))
                                .extracting(attempt -> attempt.path("outcome").asText())
                                .containsExactly("LOST", "SUCCEEDED");
                        assertThat(two.task(id).path("attempt_count").intValue())
                                .isEqualTo(2);
                        assertThat(two.task(id).path("max_attempts").intValue()).isEqualTo(1);
                    }
                }
                cutOff.rollback();
            }

            // back in reach, it goes on as a new incarnation; until then nobody offers the action
            Eventually.within(PATIENCE, () -> one.submit(HOLD));
            one.awaitCount(PATIENCE, "COMPLETED", 4);
        }
        Verified.invariantsHold(database);
    }

    @Test
    void a_node_that_stops_gives_back_what_it_cannot_finish_without_using_up_an_attempt() {
        Recorder recorder = new Recorder();
        TestServer.Setup setup = TestServer.with().limit(1).actions(recorder.actions());
        String id;
        try (TestServer one = setup.start(database)) {
            id = one.submit(HOLD);
            one.submit(HOLD);
            Eventually.within(PATIENCE, () -> assertThat(recorder.running()).isEqualTo(1));
        }
        assertThat(Sql.number(database, "select count(*) from escapement.live where status = 'PENDING'"))
                .isEqualTo(2);

        recorder.release();
        try (TestServer two = setup.start(database)) {
            two.awaitCount(PATIENCE, "COMPLETED", 2);
            assertThat(two.attempts(id))
                    .extracting(attempt -> attempt.path("outcome").asText())
                    .containsExactly("LOST", "SUCCEEDED");
        }
        Verified.invariantsHold(database);
    }

    private static TestAction counting(String node, Map<Long, Integer> runs, Map<Long, String> ranOn) {
        return new TestAction("count", context -> {
            runs.merge(context.taskId(), 1, Integer::sum);
            ranOn.put(context.taskId(), node);
            return new Outcome.Succeeded(null);
        });
    }
}
