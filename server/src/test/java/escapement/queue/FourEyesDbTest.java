package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.access.NewToken;
import escapement.access.Principal;
import escapement.access.Role;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.People;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where people log in, who may let a held task go on. */
class FourEyesDbTest {
    private TestDatabase database;
    private TestServer server;
    private People people;
    private String olga; // submits and edits
    private String ana; // approves, of the group payments
    private String ben; // approves, of no group
    private String max; // submits and approves

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.with().login().start(database);
        people = new People(server);
        olga = people.token("olga", Role.OPERATOR);
        ana = token("ana", List.of("payments"), Role.APPROVER);
        ben = people.token("ben", Role.APPROVER);
        max = people.token("max", Role.OPERATOR, Role.APPROVER);
    }

    @AfterEach
    void stop() {
        server.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void nobody_approves_what_they_submitted_and_a_second_token_makes_nobody_else_of_them() {
        String id = held(max);
        String second = people.token("max", Role.APPROVER);

        assertThat(approve(max, id).problem(403).path("detail").textValue())
                .contains("was submitted by 'max'", "somebody else");
        approve(second, id).problem(403);
        people.post(max, "/api/v1/tasks/" + id + "/confidence", "{\"confidence_score\":0.9,\"reason\":\"mine\"}")
                .problem(403);
        assertThat(status(id)).isEqualTo("DEFERRED");

        approve(ana, id).is(200);
        await(id, "COMPLETED");
        assertThat(Sql.texts(database, "select principal || ' ' || verified from escapement.approval"))
                .containsExactly("ana true");
        assertThat(Sql.texts(database, "select principal from escapement.audit where operation = 'task.approve'"))
                .containsExactly("ana");
        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.audit where principal = 'max' and outcome = 'REFUSED'"))
                .isEqualTo(3);
    }

    @Test
    void nobody_approves_what_they_edited_last() {
        String id = held(olga);
        int version = task(id).path("version").intValue();
        people.ask(max, "PATCH", "/api/v1/tasks/" + id, """
                {"version":%d,"reason":"typo","action_params":{"value":2}}""".formatted(version)).is(200);

        assertThat(approve(max, id).problem(403).path("detail").textValue()).contains("last edited by 'max'");
        assertThat(people.ask(max, "PATCH", "/api/v1/tasks/" + id, """
                        {"version":%d,"reason":"both","action_params":{"value":3},"confidence_score":0.9}""".formatted(version + 1))
                        .problem(403)
                        .path("detail")
                        .textValue())
                .contains("last edited by 'max'");

        approve(ben, id).is(200);
        await(id, "COMPLETED");
    }

    @Test
    void an_operator_neither_approves_nor_makes_a_held_task_surer_and_an_approver_submits_nothing() {
        String id = held(olga);

        approve(olga, id).problem(403);
        int version = task(id).path("version").intValue();
        people.ask(olga, "PATCH", "/api/v1/tasks/" + id, """
                {"version":%d,"reason":"sure","confidence_score":0.9}""".formatted(version)).problem(403);
        people.post(ana, "/api/v1/tasks", "{\"action_name\":\"echo\"}").problem(403);
        people.ask(olga, "PUT", "/api/v1/policy", "{\"version\":1,\"reason\":\"r\",\"rules\":[]}")
                .problem(403);

        people.post(ben, "/api/v1/tasks/" + id + "/confidence", "{\"confidence_score\":0.9,\"reason\":\"sure\"}")
                .is(200);
        await(id, "COMPLETED");
    }

    @Test
    void several_people_must_approve_where_the_policy_says_so_each_of_the_groups_it_names() {
        policy("\"approvals\":2,\"groups\":[\"payments\",\"board\"]");
        String board = token("cleo", List.of("board"), Role.APPROVER);
        String id = held(olga);

        assertThat(approve(ben, id).problem(403).path("detail").textValue())
                .contains("is for the groups payments, board");
        people.post(ana, "/api/v1/tasks/" + id + "/confidence", "{\"confidence_score\":1,\"reason\":\"alone\"}")
                .problem(403);
        assertThat(approve(ana, id).is(200).json().path("approvals").toString())
                .isEqualTo("{\"given\":1,\"needed\":2}");
        approve(ana, id).problem(409);
        assertThat(status(id)).isEqualTo("DEFERRED");
        assertThat(people.get(ben, "/api/v1/approvals")
                        .json()
                        .at("/items/0/approvals/given")
                        .intValue())
                .isEqualTo(1);

        assertThat(approve(board, id).is(200).json().path("approvals").toString())
                .isEqualTo("{\"given\":2,\"needed\":2}");
        await(id, "COMPLETED");
    }

    @Test
    void approvals_of_people_whom_a_later_policy_does_not_ask_count_no_longer() {
        policy("\"approvals\":2");
        String id = held(olga);
        approve(ben, id).is(200);

        String admin = people.token("root", Role.ADMIN);
        people.ask(admin, "PUT", "/api/v1/policy", """
                {"version":2,"reason":"payments only","rules":[{"risk_level":"HIGH","minimum_confidence":0.7,"approvals":1,"groups":["payments"]}]}""").is(200);

        assertThat(approve(ana, id).is(200).json().path("approvals").toString())
                .isEqualTo("{\"given\":1,\"needed\":1}");
        await(id, "COMPLETED");
    }

    @Test
    void who_approved_and_changes_their_mind_before_the_second_one_ends_it() {
        policy("\"approvals\":2");
        String id = held(olga);
        approve(ben, id).is(200);

        people.post(ben, "/api/v1/tasks/" + id + "/reject", "{\"reason\":\"on second thought\"}")
                .is(200);

        assertThat(task(id).path("reason").textValue()).isEqualTo("rejected by ben: on second thought");
        assertThat(Sql.texts(database, "select verdict::text from escapement.approval order by id"))
                .containsExactly("APPROVE", "REJECT");
        approve(ana, id).problem(409);
    }

    private String token(String name, List<String> groups, Role... roles) {
        return server.server()
                .tokens()
                .create(Principal.LOCAL, new NewToken(name, List.of(roles), groups, Duration.ofDays(1)), null)
                .secret()
                .text();
    }

    private void policy(String rest) {
        String admin = people.token("root", Role.ADMIN);
        people.ask(admin, "PUT", "/api/v1/policy", """
                {"version":1,"reason":"test","rules":[{"risk_level":"HIGH","minimum_confidence":0.7,%s}]}""".formatted(rest)).is(200);
    }

    private String held(String by) {
        String id =
                people.post(by, "/api/v1/tasks", """
                        {"action_name":"echo","action_params":{"value":1},"risk_level":"HIGH","confidence_score":0.4}""").is(201).json().path("id").textValue();
        await(id, "DEFERRED");
        return id;
    }

    private Answer approve(String by, String id) {
        return people.post(
                by,
                "/api/v1/tasks/" + id + "/approve",
                "{\"reason\":\"fine\",\"payload_digest\":\"%s\"}"
                        .formatted(task(id).path("payload_digest").asText("0".repeat(64))));
    }

    private JsonNode task(String id) {
        return people.get(olga, "/api/v1/tasks/" + id).is(200).json();
    }

    private String status(String id) {
        return task(id).path("status").textValue();
    }

    private void await(String id, String status) {
        Eventually.within(Duration.ofSeconds(15), () -> assertThat(status(id)).isEqualTo(status));
    }
}
