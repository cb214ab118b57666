package escapement.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.access.Role;
import escapement.action.Outcome;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.People;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which ends count as outcomes, once each, and what people's verdicts make of them. */
class OutcomeDbTest {
    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database, new TestAction("as_told", context -> {
            String ends =
                    context.params().path("ends").path(context.attempt() - 1).asText("well");
            return switch (ends) {
                case "badly" -> new Outcome.Failed("as told", true);
                case "lost" -> new Outcome.Lost("as told");
                default -> new Outcome.Succeeded(null);
            };
        }));
    }

    @AfterEach
    void stop() {
        awaitFollowed();
        Verified.invariantsHold(database);
        server.close();
        database.close();
    }

    @Test
    void g35_twenty_finished_tasks_count_and_their_map_is_shown_then_approved_and_taken_back() {
        tasks(8, 0.85, "well");
        tasks(2, 0.85, "badly");
        tasks(4, 0.65, "well");
        tasks(1, 0.65, "badly");
        tasks(5, 0.95, "well");
        for (int i = 0; i < 7; i++) {
            server.submit(task(0.85, "well", ",\"dry_run\":true"));
        }
        for (int i = 0; i < 2; i++) {
            server.submit(task(0.5, "well", ",\"risk_level\":\"HIGH\""));
        }
        String upstream = server.submit(task(null, "badly", ",\"max_attempts\":1"));
        for (int i = 0; i < 3; i++) {
            server.submit(
                    task(0.9, "well", ",\"dependencies\":[\"" + upstream + "\"],\"on_dependency_failure\":\"skip\""));
        }
        server.awaitCount(Duration.ofSeconds(30), "COMPLETED", 24);
        server.awaitCount(Duration.ofSeconds(30), "SKIPPED", 3);
        server.awaitCount(Duration.ofSeconds(30), "DEFERRED", 2);
        awaitFollowed();

        assertThat(cells()).containsExactly("LOW AUTO 6: 5, 4", "LOW AUTO 8: 10, 8", "LOW AUTO 9: 5, 5");
        assertThat(missing()).containsExactly("DRY_RUN 8: 7", "SKIPPED 9: 3", "UNSCORED -1: 1");
        // Brier from the sums alone, in exact numbers
        assertThat(Sql.texts(database, """
                        select trim_scale(round((sum(scc) - 2 * sum(scs) * 1000000 + sum(s) * 1e12) / sum(n) / 1e12, 10))
                          from escapement.calibration_day""")).containsExactly("0.1275");
        assertSeedsNumbers();
        assertMapIsAppliedOnlyWhenApproved();
    }

    private void assertSeedsNumbers() {
        JsonNode summary = ask("summary");
        assertThat(summary.path("n").intValue()).isEqualTo(20);
        assertThat(summary.at("/excluded/dry_run").intValue()).isEqualTo(7);
        assertThat(summary.at("/excluded/skipped").intValue()).isEqualTo(3);
        assertThat(summary.at("/excluded/deferred").intValue()).isEqualTo(2);
        JsonNode measures = summary.path("measures");
        assertThat(measures.path("brier").doubleValue()).isCloseTo(0.1275, within(1e-12));
        assertThat(measures.path("ece").doubleValue()).isCloseTo(0.075, within(1e-12));
        JsonNode predicted = measures.path("predicted_success");
        assertThat(predicted.path("accuracy").doubleValue()).isCloseTo(14 / 20.0, within(1e-12));
        assertThat(predicted.path("precision").doubleValue()).isCloseTo(13 / 15.0, within(1e-12));
        assertThat(predicted.path("recall").doubleValue()).isCloseTo(13 / 17.0, within(1e-12));
        List<String> bins = new ArrayList<>();
        ask("bins").path("bins").forEach(bin -> {
            if (bin.path("n").intValue() > 0) {
                bins.add("%s %d/%d/%.2f"
                        .formatted(
                                bin.path("label").textValue(),
                                bin.path("n").intValue(),
                                bin.path("successes").intValue(),
                                bin.path("observed_rate").doubleValue()));
            }
        });
        assertThat(bins).containsExactly("[0.6-0.7] 5/4/0.80", "[0.8-0.9] 10/8/0.80", "[0.9-1.0] 5/5/1.00");
    }

    private void assertMapIsAppliedOnlyWhenApproved() {
        JsonNode proposed = server.post("/api/v1/calibration/maps/fit", "{}")
                .is(200)
                .json()
                .path("items")
                .get(0);
        int version = proposed.path("version").intValue();
        assertThat(proposed.at("/scores/n").intValue()).isEqualTo(20);
        JsonNode map = ask("maps/" + version);
        assertThat(map.path("in_force").booleanValue()).isFalse();
        assertThat(ask("maps").path("in_force")).isEmpty();
        JsonNode before = decisionAboutAnother();
        assertThat(before.path("map_version").isNull()).isTrue();

        server.post("/api/v1/calibration/maps/" + version + "/publish", "{\"reason\":\"approved\"}")
                .is(200);
        assertThat(ask("maps").at("/in_force/0/version").intValue()).isEqualTo(version);
        JsonNode applied = decisionAboutAnother();
        assertThat(applied.path("map_version").intValue()).isEqualTo(version);
        assertThat(millionths(applied, "calibrated"))
                .isEqualTo(map.path("knots").get(850).intValue());
        assertThat(millionths(applied, "calibrated_lower"))
                .isEqualTo(map.path("lower80").get(850).intValue())
                .isGreaterThan(millionths(before, "calibrated_lower")); // twenty outcomes know more than none

        server.post("/api/v1/calibration/maps/rollback", "{\"reason\":\"taken back\"}")
                .is(200);
        JsonNode after = decisionAboutAnother();
        assertThat(after.path("map_version").isNull()).isTrue();
        assertThat(millionths(after, "calibrated_lower")).isEqualTo(millionths(before, "calibrated_lower"));
        JsonNode kept = ask("maps/" + version);
        assertThat(kept.path("in_force").booleanValue()).isFalse();
        assertThat(kept.path("knots")).isEqualTo(map.path("knots"));
    }

    /** What the gate makes of 0.85 now. */
    private JsonNode decisionAboutAnother() {
        String id = server.submit(task(0.85, "well", ",\"risk_level\":\"HIGH\""));
        server.await(id, "COMPLETED");
        return server.get("/api/v1/tasks/" + id + "/decisions")
                .is(200)
                .json()
                .path("items")
                .get(0);
    }

    private static int millionths(JsonNode decision, String name) {
        return decision.path(name).decimalValue().movePointRight(6).intValueExact();
    }

    private JsonNode ask(String question) {
        return server.get("/api/v1/calibration/" + question).is(200).json();
    }

    @Test
    void automatic_retries_and_a_lost_worker_make_one_outcome_the_last() {
        server.await(server.submit(task(0.8, "badly\",\"lost\",\"well", ",\"max_attempts\":3" + SOON)), "COMPLETED");
        server.await(server.submit(task(0.8, "badly\",\"badly", ",\"max_attempts\":2" + SOON)), "FAILED");
        awaitFollowed();

        assertThat(cells()).containsExactly("LOW AUTO 8: 2, 1");
    }

    @Test
    void a_timeout_is_a_failure_and_a_cancelled_run_is_none() {
        String slow =
                "{\"action_name\":\"sleep\",\"confidence_score\":0.4,\"max_attempts\":1,\"action_params\":{\"milliseconds\":60000}%s}";
        server.await(server.submit(slow.formatted(",\"timeout_seconds\":1")), "FAILED");
        String id = server.submit(slow.formatted(""));
        server.await(id, "IN_PROGRESS");
        server.post("/api/v1/tasks/" + id + "/cancel", "{\"reason\":\"enough\"}")
                .is(200);
        server.await(id, "CANCELLED");
        String waits = server.submit(task(0.2, "well", ",\"delay_seconds\":3600"));
        server.post("/api/v1/tasks/" + waits + "/cancel", "{\"reason\":\"enough\"}")
                .is(200);
        awaitFollowed();

        assertThat(cells()).containsExactly("LOW AUTO 4: 1, 0");
        assertThat(missing()).containsExactly("CANCELLED 2: 1", "CANCELLED 4: 1");
        assertThat(outcome(id, "wrong").problem(409).path("detail").asText())
                .contains(id, "CANCELLED", "without an outcome that counts");
    }

    @Test
    void a_plain_re_run_adds_nothing_and_one_with_a_new_confidence_does() {
        String same = server.submit(task(0.8, "badly", ",\"max_attempts\":1"));
        String other = server.submit(task(0.8, "badly", ",\"max_attempts\":1"));
        String cancelled = server.submit(task(0.8, "well", ",\"delay_seconds\":3600"));
        server.await(same, "FAILED");
        server.await(other, "FAILED");
        server.post("/api/v1/tasks/" + cancelled + "/cancel", "{\"reason\":\"r\"}")
                .is(200);

        retry(same);
        server.await(same, "COMPLETED");
        retry(cancelled);
        server.await(cancelled, "COMPLETED");
        server.post("/api/v1/holds", "{\"scope\":\"action\",\"action\":\"as_told\",\"reason\":\"r\"}")
                .is(201);
        retry(other);
        int version = server.task(other).path("version").intValue();
        server.patch(
                        "/api/v1/tasks/" + other,
                        "{\"version\":%d,\"confidence_score\":0.3,\"reason\":\"r\"}".formatted(version))
                .is(200);
        server.delete("/api/v1/holds/action/as_told").is(204);
        server.await(other, "COMPLETED");
        awaitFollowed();

        assertThat(cells()).containsExactly("LOW AUTO 3: 1, 1", "LOW AUTO 8: 3, 1");
    }

    @Test
    void what_a_person_let_run_is_counted_apart_and_what_they_refused_not_at_all() {
        String approved = server.submit(task(0.5, "well", ",\"risk_level\":\"HIGH\""));
        String rejected = server.submit(task(0.5, "well", ",\"risk_level\":\"HIGH\""));
        server.await(approved, "DEFERRED");
        JsonNode held = server.await(rejected, "DEFERRED");
        server.post(
                        "/api/v1/tasks/" + approved + "/approve",
                        "{\"reason\":\"r\",\"payload_digest\":\"%s\"}"
                                .formatted(server.task(approved)
                                        .path("payload_digest")
                                        .asText()))
                .is(200);
        server.post(
                        "/api/v1/tasks/" + rejected + "/reject",
                        "{\"reason\":\"r\",\"payload_digest\":\"%s\"}"
                                .formatted(held.path("payload_digest").asText()))
                .is(200);
        server.await(approved, "COMPLETED");
        server.await(rejected, "SKIPPED");
        awaitFollowed();

        assertThat(cells()).containsExactly("HIGH HUMAN 5: 1, 1");
        assertThat(missing()).containsExactly("REJECTED 5: 1");
        assertThat(outcome(rejected, "wrong").problem(409).path("detail").asText())
                .contains("SKIPPED");
    }

    @Test
    void a_verdict_replaces_the_outcome_and_a_second_one_the_first() {
        String id = server.submit(task(0.8, "well", ""));
        server.await(id, "COMPLETED");
        assertThat(server.task(id).path("outcome").isNull()).isTrue();

        JsonNode said = outcome(id, "wrong").is(200).json().path("outcome");
        assertThat(said.path("verdict").asText()).isEqualTo("wrong");
        assertThat(said.path("by").asText()).isEqualTo("local");
        assertThat(said.path("reason").asText()).isEqualTo("looked at it");
        Eventually.within(PATIENCE, () -> assertThat(cells()).containsExactly("LOW AUTO 8: 1, 0"));

        outcome(id, "reverted").is(200);
        awaitFollowed();
        assertThat(cells()).containsExactly("LOW AUTO 8: 1, 0");

        outcome(id, "correct").is(200);
        Eventually.within(PATIENCE, () -> assertThat(cells()).containsExactly("LOW AUTO 8: 1, 1"));
        assertThat(Sql.texts(database, "select sc || ' ' || scs from escapement.calibration_micro"))
                .containsExactly("800000 800000");
        assertThat(server.task(id).path("outcome").path("verdict").asText()).isEqualTo("correct");
        assertThat(Sql.texts(database, """
                        select principal || ' ' || reason || ' ' || (old_value ->> 'verdict') || ' ' || (new_value ->> 'verdict')
                          from escapement.audit where operation = 'task.outcome' order by id desc limit 1""")).containsExactly("local looked at it reverted correct");
    }

    @Test
    void a_verdict_on_a_re_run_is_about_the_run_that_counted() {
        String id = server.submit(task(0.8, "badly", ",\"max_attempts\":1"));
        server.await(id, "FAILED");
        retry(id);
        server.await(id, "COMPLETED");

        JsonNode said = outcome(id, "correct").is(200).json().path("outcome");

        assertThat(said.path("attempt").intValue()).isEqualTo(1);
        Eventually.within(PATIENCE, () -> assertThat(cells()).containsExactly("LOW AUTO 8: 1, 1"));
    }

    @Test
    void a_verdict_needs_an_end_an_outcome_a_reason_and_the_right_to_decide() {
        String waits = server.submit(task(0.8, "well", ",\"delay_seconds\":3600"));
        String unscored = server.submit(task(null, "well", ""));
        String dry = server.submit(task(0.8, "well", ",\"dry_run\":true"));
        server.await(unscored, "COMPLETED");
        server.await(dry, "COMPLETED");

        assertThat(outcome(waits, "wrong").problem(409).path("detail").asText()).contains("SCHEDULED");
        outcome(unscored, "wrong").problem(409);
        outcome(dry, "wrong").problem(409);
        outcome("1", "wrong").problem(404);
        assertThat(server.post("/api/v1/tasks/" + dry + "/outcome", "{}").faultPaths())
                .containsExactly("/verdict", "/reason");
        assertThat(server.post("/api/v1/tasks/" + dry + "/outcome", "{\"verdict\":\"so-so\",\"reason\":\"r\"}")
                        .faultPaths())
                .containsExactly("/verdict");
        assertThat(Sql.number(database, "select count(*) from escapement.audit where outcome = 'REFUSED'"))
                .isEqualTo(3);
    }

    @Test
    void who_acts_or_decides_may_judge_and_who_only_looks_may_not() {
        String id = server.submit(task(0.8, "well", ""));
        server.await(id, "COMPLETED");
        try (TestServer guarded = TestServer.with().login().start(database)) {
            People people = new People(guarded);
            String body = "{\"verdict\":\"wrong\",\"reason\":\"r\"}";
            String path = "/api/v1/tasks/" + id + "/outcome";

            people.ask(people.token("op", Role.OPERATOR), "POST", path, body).is(200);
            people.ask(people.token("ap", Role.APPROVER), "POST", path, body).is(200);
            people.ask(people.token("ad", Role.ADMIN), "POST", path, body).is(200);
            people.ask(people.token("vi", Role.VIEWER), "POST", path, body).is(403);
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String SOON = ",\"retry\":{\"first_seconds\":0}";

    private void tasks(int count, Object confidence, String ends) {
        for (int i = 0; i < count; i++) {
            server.submit(task(confidence, ends, ",\"max_attempts\":1"));
        }
    }

    private static String task(Object confidence, String ends, String more) {
        return "{\"action_name\":\"as_told\",\"confidence_score\":%s,\"action_params\":{\"ends\":[\"%s\"]}%s}"
                .formatted(confidence, ends, more);
    }

    private Answer outcome(String id, String verdict) {
        return server.post(
                "/api/v1/tasks/" + id + "/outcome",
                "{\"verdict\":\"%s\",\"reason\":\"looked at it\"}".formatted(verdict));
    }

    private void retry(String id) {
        server.post("/api/v1/tasks/" + id + "/retry", "{\"reason\":\"again\"}").is(200);
    }

    private List<String> cells() {
        return Sql.texts(database, """
                select risk_level || ' ' || path || ' ' || bin || ': ' || sum(n) || ', ' || sum(s)
                  from escapement.calibration_day group by risk_level, path, bin having sum(n) <> 0
                 order by risk_level, path, bin""");
    }

    private List<String> missing() {
        return Sql.texts(database, """
                select fate || ' ' || bin || ': ' || sum(n) from escapement.calibration_missing
                 group by fate, bin order by fate::text, bin""");
    }

    private void awaitFollowed() {
        Eventually.within(PATIENCE, () -> assertThat(Sql.number(database, """
                        select (select count(*) from escapement.calibration_delta)
                             + (select count(*) from escapement.follower f join escapement.journal j on (j.xid, j.seq) > (f.xid, f.seq)
                                 where f.name = 'calibration' and j.to_status not in ('PENDING', 'IN_PROGRESS'))""")).isZero());
    }
}
