package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that answers and takes no changes. */
class BrownOutDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String RECORD = "{\"action_name\":\"record\",\"max_attempts\":1}";

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
    void a_full_disk_stops_claims_answers_503_uses_up_no_attempt_and_is_over_by_itself() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            String running = server.submit("{\"action_name\":\"hold\",\"max_attempts\":1}");
            String waiting = server.submit("{\"action_name\":\"record\",\"max_attempts\":1,\"delay_seconds\":1}");
            Eventually.within(PATIENCE, () -> assertThat(recorder.running()).isEqualTo(1));

            refuseChanges("53100", "could not extend file: No space left on device");
            recorder.release();

            Answer submit = server.post("/api/v1/tasks", RECORD);
            assertThat(submit.status()).isEqualTo(503);
            assertThat(submit.headers().firstValue("Retry-After")).isPresent();
            Eventually.within(
                    PATIENCE, () -> assertThat(server.get("/readyz").text()).contains("not ready", "takes no changes"));
            assertThat(server.task(running).path("status").asText()).isEqualTo("IN_PROGRESS");
            assertThat(server.get("/api/v1/tasks").status()).isEqualTo(200);

            takeChanges();

            server.await(running, "COMPLETED");
            server.await(waiting, "COMPLETED");
            Eventually.within(
                    PATIENCE, () -> assertThat(server.get("/readyz").status()).isEqualTo(200));
            assertThat(server.task(running).path("attempt_count").intValue()).isEqualTo(1);
            assertThat(server.task(waiting).path("attempt_count").intValue()).isEqualTo(1);
            server.await(server.submit(RECORD), "COMPLETED");
        }
        Verified.invariantsHold(database);
    }

    @Test
    void a_database_that_only_reads_is_one_too() {
        Recorder recorder = new Recorder();
        try (TestServer server = TestServer.start(database, recorder.actions())) {
            refuseChanges("25006", "cannot execute INSERT in a read-only transaction");

            Answer submit = server.post("/api/v1/tasks", RECORD);

            assertThat(submit.status()).isEqualTo(503);
            assertThat(server.get("/readyz").status()).isEqualTo(503);
            takeChanges();
            Eventually.within(
                    PATIENCE, () -> assertThat(server.get("/readyz").status()).isEqualTo(200));
            server.await(server.submit(RECORD), "COMPLETED");
        }
        Verified.invariantsHold(database);
    }

    @Test
    void the_clock_of_a_node_is_compared_with_the_databases_and_shown() {
        try (TestServer server = TestServer.start(database)) {
            assertThat(server.get("/metrics").text()).containsPattern("escapement_node_clock_ahead_seconds -?\\d");
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(Sql.number(
                                    database, "select count(*) from escapement.node where abs(clock_ahead_ms) < 1000"))
                            .isEqualTo(1));
        }
    }

    /** As PostgreSQL would, by its own means. */
    private void refuseChanges(String sqlState, String message) {
        Sql.update(database, """
                create function public.refuse() returns trigger language plpgsql as $$
                begin raise exception '%s' using errcode = '%s'; end $$""".formatted(message, sqlState));
        for (String table : new String[] {"live", "ended", "task"}) {
            Sql.update(
                    database,
                    "create trigger refuse before insert or update or delete on escapement.%s for each statement execute function public.refuse()"
                            .formatted(table));
        }
    }

    private void takeChanges() {
        Sql.update(database, "drop function public.refuse() cascade");
    }
}
