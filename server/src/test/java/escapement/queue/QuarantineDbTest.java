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
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks whose nodes die while they run: they are not given a fourth. */
class QuarantineDbTest {
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
    void a_task_with_which_three_nodes_died_fails_as_quarantined_and_what_follows_it_goes_on() {
        Recorder recorder = new Recorder();
        try (TestServer server = start(recorder)) {
            Map<String, String> ids = server.submitBatch("""
                    {"tasks":[{"ref":"poison","action_name":"hold","max_attempts":1,
                               "conditional_branches":[{"condition_type":"failure","next_task_template":{"action_name":"echo"}}]},
                              {"ref":"after","action_name":"echo","on_dependency_failure":"skip","dependencies":["poison"]}]}""");
            String poison = ids.get("poison");

            crash(poison);
            crash(poison);
            crash(poison);

            assertThat(server.await(poison, "FAILED").path("reason").asText()).isEqualTo("QUARANTINED");
            assertThat(server.attempts(poison))
                    .extracting(attempt -> attempt.path("outcome").asText())
                    .containsExactly("LOST", "LOST", "LOST");
            assertThat(server.task(poison).path("error").asText()).contains("number 3 in a row", "retry");
            server.await(ids.get("after"), "SKIPPED");
            server.awaitCount(PATIENCE, "COMPLETED", 1); // what its branch made
            assertThat(server.get("/metrics").text()).contains("escapement_quarantined_total 1.0");
            recorder.release();
        }
        Verified.invariantsHold(database);
    }

    @Test
    void a_person_may_retry_it_and_it_has_three_nodes_again() {
        Recorder recorder = new Recorder();
        try (TestServer server = start(recorder)) {
            String poison = server.submit(HOLD);
            crash(poison);
            crash(poison);
            crash(poison);
            server.await(poison, "FAILED");

            server.post("/api/v1/tasks/" + poison + "/retry", "{\"reason\":\"mended\"}")
                    .is(200);
            crash(poison);
            crash(poison);
            recorder.release();

            server.await(poison, "COMPLETED");
            assertThat(server.task(poison).path("attempt_count").intValue()).isEqualTo(6);
        }
        Verified.invariantsHold(database);
    }

    @Test
    void crashes_count_only_in_a_row_and_failures_not_at_all() {
        Recorder recorder = new Recorder();
        TestAction fails = new TestAction("fails", context -> {
            if (context.attempt() == 3) {
                return new Outcome.Failed("not today", true);
            }
            return recorder.actions()[1].run(context);
        });
        try (TestServer server = TestServer.with().actions(fails).start(database)) {
            String task =
                    server.submit("{\"action_name\":\"fails\",\"max_attempts\":2,\"retry\":{\"first_seconds\":0.1}}");

            crash(task);
            crash(task);
            Eventually.within(
                    PATIENCE, // it fails by itself
                    () -> assertThat(server.attempts(task))
                            .extracting(attempt -> attempt.path("outcome").asText())
                            .contains("FAILED"));
            crash(task);
            crash(task);
            recorder.release();

            server.await(task, "COMPLETED");
            assertThat(server.attempts(task))
                    .extracting(attempt -> attempt.path("outcome").asText())
                    .containsExactly("LOST", "LOST", "FAILED", "LOST", "LOST", "SUCCEEDED");
        }
        Verified.invariantsHold(database);
    }

    @Test
    void one_that_was_to_be_stopped_is_cancelled_instead() {
        Recorder recorder = new Recorder();
        try (TestServer server = start(recorder)) {
            String task = server.submit(HOLD);
            crash(task);
            crash(task);
            Eventually.within(PATIENCE, () -> assertThat(recorder.started()).hasSize(3));

            long dead = deadNode();
            Sql.update(
                    database,
                    "update escapement.live set node = ?, fence = fence + 1, cancel_reason = 'enough' where id = ?",
                    (int) dead,
                    Long.valueOf(task));

            server.await(task, "CANCELLED");
            recorder.release();
        }
        Verified.invariantsHold(database);
    }

    private TestServer start(Recorder recorder) {
        return TestServer.with()
                .lease(Duration.ofSeconds(3))
                .actions(recorder.actions())
                .start(database);
    }

    /** As if the node that holds the task had died a lease ago. */
    private void crash(String task) {
        long dead = deadNode();
        Eventually.within(
                PATIENCE,
                () -> assertThat(Sql.update(database, """
                        update escapement.live l set node = ?, fence = fence + 1
                         where l.id = ? and l.status = 'IN_PROGRESS'
                           and not exists (select from escapement.node n where n.incarnation = l.node and n.name = 'dead')
                        """, (int) dead, Long.valueOf(task)))
                        .isEqualTo(1));
    }

    private long deadNode() {
        return Sql.number(database, """
                insert into escapement.node (name, version, max_concurrent, actions, lease_until)
                values ('dead', 'test', 1, '{}', now() - interval '1 second') returning incarnation""");
    }
}
