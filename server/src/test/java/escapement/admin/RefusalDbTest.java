package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Answer;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What somebody asked for and did not get is in the audit too, with what stood against it. */
class RefusalDbTest {
    private static final String REASON = "{\"reason\":\"wanted\"}";
    private static TestDatabase database;
    private static TestServer server;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        server = TestServer.start(database);
    }

    @AfterAll
    static void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void what_the_state_of_a_task_does_not_allow_is_recorded_as_refused() {
        String id = server.submit("echo", "{}");
        server.await(id, "COMPLETED");
        String path = "/api/v1/tasks/" + id;

        server.post(path + "/cancel", REASON).problem(409);
        server.post(path + "/retry", REASON).problem(409);
        server.send(HttpRequest.newBuilder(server.uri(path))
                        .method(
                                "PATCH",
                                BodyPublishers.ofString("{\"version\":1,\"priority\":\"LOW\",\"reason\":\"wanted\"}"))
                        .build())
                .problem(409);

        assertThat(Sql.texts(
                        database,
                        "select operation || ' ' || outcome || ' ' || reason || ' ' || origin_address || ' ' || origin_via "
                                + "from escapement.audit where target = ? and detail ->> 'because' like '%COMPLETED%' order by id",
                        id))
                .containsExactly(
                        "task.cancel REFUSED wanted 127.0.0.1 api",
                        "task.retry REFUSED wanted 127.0.0.1 api",
                        "task.edit REFUSED wanted 127.0.0.1 api");
    }

    @Test
    void a_queue_nobody_named_and_an_operation_with_too_many_tasks_are_recorded_as_refused() {
        server.submit("{\"action_name\":\"echo\",\"queue\":\"many\",\"delay_seconds\":3600}");

        server.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"nobodys\",\"reason\":\"wanted\"}")
                .problem(409);
        server.post(
                        "/api/v1/operations",
                        "{\"action\":\"CANCEL\",\"filter\":{\"queue\":\"many\"},\"expected\":0,\"reason\":\"wanted\"}")
                .problem(409);

        assertThat(
                        Sql.texts(
                                database,
                                "select operation from escapement.audit where outcome = 'REFUSED' and target in ('nobodys', 'CANCEL') order by id"))
                .containsExactly("queue.hold", "operation.start");
    }

    @Test
    void what_is_not_there_or_not_well_formed_is_not_recorded() {
        Answer absent = server.post("/api/v1/tasks/77/cancel", REASON);
        Answer malformed = server.post("/api/v1/tasks/78/cancel", "{}");

        absent.problem(404);
        malformed.problem(400);
        assertThat(Sql.number(database, "select count(*) from escapement.audit where target in ('77', '78')"))
                .isZero();
    }
}
