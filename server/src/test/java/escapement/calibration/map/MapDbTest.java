package escapement.calibration.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Maps over HTTP and at night: fitted, put in force, taken back; and what the gate makes of them. */
class MapDbTest {
    private static final String MAPS = "/api/v1/calibration/maps";

    private final Recorder recorder = new Recorder();
    private TestDatabase database;
    private TestServer server;

    @BeforeEach
    void start() {
        database = TestDatabase.create();
        server = TestServer.start(database, recorder.actions());
    }

    @AfterEach
    void stop() {
        server.close();
        Verified.invariantsHoldBut(database, "sums of calibration"); // made up here, without attempts
        database.close();
    }

    @Test
    void a_fit_keeps_maps_and_puts_none_in_force_and_the_same_outcomes_give_the_same_versions() {
        World.OVER_CONFIDENT.count(database, "record", 1000, 20, 1);

        List<JsonNode> fits = fit();

        assertThat(fits).hasSize(2); // of all, and of the action
        assertThat(fits.getFirst().path("action").isNull()).isTrue();
        assertThat(fits.getLast().path("action").textValue()).isEqualTo("record");
        assertThat(fits).allMatch(fit -> fit.path("changed").booleanValue());
        assertThat(fits.getFirst().at("/scores/scores").findValuesAsText("method"))
                .containsExactly("identity", "live", "beta_map", "platt_on_logit");
        assertThat(fits.getFirst().at("/scores/n").intValue()).isEqualTo(1000);
        assertThat(fits.getFirst().at("/scores/fresh_n").intValue()).isEqualTo(300);
        assertThat(server.get(MAPS).is(200).json().path("in_force")).isEmpty();
        JsonNode map = map(fits.getLast().path("version").intValue());
        assertThat(map.path("parent").intValue())
                .isEqualTo(fits.getFirst().path("version").intValue());
        assertThat(map.path("knots").get(900).intValue()).isBetween(650_000, 850_000); // 0.75 in truth
        assertThat(map.path("knots_hash").textValue()).matches("[0-9a-f]{64}");

        assertThat(fit())
                .extracting(fit -> fit.path("version").intValue())
                .isEqualTo(
                        fits.stream().map(fit -> fit.path("version").intValue()).toList());
        assertThat(Sql.number(database, "select count(*) from escapement.calibration_map"))
                .isEqualTo(2);
    }

    @Test
    void what_people_let_go_on_is_not_fitted_on() {
        World.count(database, "record", "HUMAN", "[{\"c6\":500000,\"ok\":true,\"ago\":1}]");
        assertThat(fit()).isEmpty();

        World.count(database, "record", "PROBE", "[{\"c6\":500000,\"ok\":true,\"ago\":1}]");
        assertThat(fit().getFirst().at("/scores/n").intValue()).isEqualTo(1);
    }

    @Test
    void a_map_is_published_and_taken_back_with_reasons_that_are_audited() {
        World.OVER_CONFIDENT.count(database, "record", 1000, 20, 2);
        int first = fit().getFirst().path("version").intValue();
        server.post(MAPS + "/" + first + "/publish", "{}").problem(400);
        server.post(MAPS + "/77/publish", "{\"reason\":\"r\"}").problem(404);
        assertThat(server.post(MAPS + "/rollback", "{\"reason\":\"r\"}")
                        .problem(409)
                        .path("detail")
                        .textValue())
                .contains("no calibration map of all actions has come into force yet");
        server.post(MAPS + "/rollback", "{\"reason\":\"r\",\"action\":\"nothing\"}")
                .problem(404);

        JsonNode published = publish(first);

        assertThat(published.path("kind").textValue()).isEqualTo("PERSON");
        assertThat(published.path("policy_version").intValue()).isEqualTo(1); // it compares raw confidences
        assertThat(server.post(MAPS + "/" + first + "/publish", "{\"reason\":\"r\"}")
                        .problem(409)
                        .path("detail")
                        .textValue())
                .startsWith("version " + first + " is in force already, since ");
        assertThat(map(first).path("in_force").booleanValue()).isTrue();

        JsonNode back = server.post(MAPS + "/rollback", "{\"reason\":\"too strict\"}")
                .is(200)
                .json();

        assertThat(back.path("version").isNull()).isTrue();
        assertThat(back.path("kind").textValue()).isEqualTo("ROLLBACK");
        server.post(MAPS + "/rollback", "{\"reason\":\"r\",\"version\":999}").problem(409);
        JsonNode forth = server.post(MAPS + "/rollback", "{\"reason\":\"again\",\"version\":%d}".formatted(first))
                .is(200)
                .json();
        assertThat(forth.path("version").intValue()).isEqualTo(first);
        JsonNode backAgain = server.post(MAPS + "/rollback", "{\"reason\":\"after all\"}")
                .is(200)
                .json();
        assertThat(backAgain.path("version").isNull()).isTrue();
        assertThat(Sql.texts(database, """
                        select operation || ' ' || target || ' ' || coalesce(reason, '-') || ' ' || coalesce(new_value ->> 'version', '-')
                          from escapement.audit where operation like 'calibration.%' and operation <> 'calibration.fit' and outcome = 'DONE' order by id"""))
                .containsExactly(
                        "calibration.publish all actions test " + first,
                        "calibration.rollback all actions too strict -",
                        "calibration.rollback all actions again " + first,
                        "calibration.rollback all actions after all -");
    }

    @Test
    void at_night_a_map_moves_one_step_at_a_time_until_it_is_there_and_then_no_more() {
        World.RECKLESS.count(database, "record", 2000, 20, 3);
        int wanted = map(fit().getFirst().path("version").intValue())
                .path("knots")
                .get(900)
                .intValue();

        List<Integer> nights = new ArrayList<>();
        while (server.server().maps().fitNightly() > 0) {
            nights.add(Math.toIntExact(Sql.number(database, """
                    select m.knots[901] from escapement.map_in_force(0::smallint) f join escapement.calibration_map m on m.version = f.version""")));
            assertThat(nights).hasSizeLessThan(5);
        }

        assertThat(wanted).isBetween(600_000, 730_000);
        assertThat(nights.getFirst()).isEqualTo(900_000 - 150_000);
        assertThat(nights.getLast()).isEqualTo(wanted);
    }

    @Test
    void the_nightly_fit_leaves_alone_what_a_person_took_back() {
        World.OVER_CONFIDENT.count(database, "record", 2000, 20, 4);
        assertThat(server.server().maps().fitNightly()).isPositive();
        server.post(MAPS + "/rollback", "{\"reason\":\"no\"}").is(200);
        server.post(MAPS + "/rollback", "{\"reason\":\"no\",\"action\":\"record\"}")
                .is(200);

        assertThat(server.server().maps().fitNightly()).isZero();
        assertThat(Sql.number(database, "select count(*) from escapement.map_in_force(0::smallint)"))
                .isZero();
    }

    @Test
    void a_map_raises_confidences_only_when_enough_outcomes_prove_it() {
        World.TIMID.count(database, "record", 150, 20, 5);

        JsonNode few = fit().getFirst();

        assertThat(few.at("/scores/guard_passed").booleanValue()).isFalse();
        assertThat(few.at("/scores/capped").booleanValue()).isTrue();
        assertThat(few.at("/scores/guard").textValue()).contains("200 outcomes");
        JsonNode capped = map(few.path("version").intValue()).path("knots");
        for (int i = 0; i <= 1000; i++) {
            assertThat(capped.get(i).intValue()).isLessThanOrEqualTo(i * 1000);
        }
        World.TIMID.count(database, "hold", 3000, 20, 6);

        JsonNode many = fit().getFirst();

        assertThat(many.at("/scores/guard_passed").booleanValue()).isTrue();
        assertThat(map(many.path("version").intValue()).path("knots").get(600).intValue())
                .isGreaterThan(700_000);
    }

    @Test
    void a_map_is_final() {
        World.OVER_CONFIDENT.count(database, "record", 100, 20, 7);
        fit();

        for (String sql : List.of(
                "update escapement.calibration_map set knots = lower80", "delete from escapement.calibration_map")) {
            assertThatThrownBy(() -> Sql.update(database, sql)).rootCause().hasMessageContaining("append-only");
        }
    }

    @Test
    void without_a_map_the_bound_of_one_that_could_be_anything_counts() {
        assertThat(Sql.texts(database, "select unnest(escapement.prior_lower80())").stream()
                        .map(Integer::valueOf))
                .isEqualTo(Knots.IDENTITY.lower80());
        policy("calibrated_lower", "0.8");
        String sure = submit("0.95");
        String lessSure = submit("0.93");
        String silent = submit("null");

        server.await(sure, "COMPLETED");
        JsonNode held = server.await(lessSure, "DEFERRED");
        server.await(silent, "DEFERRED");

        assertThat(held.path("reason").textValue())
                .matches("HIGH risk: confidence 0.93, calibrated at least 0.7\\d+ < 0.80");
        JsonNode decision = decision(sure);
        assertThat(decision.path("value").decimalValue()).isEqualByComparingTo("0.806671");
        assertThat(decision.path("calibrated").decimalValue()).isEqualByComparingTo("0.95");
        assertThat(decision.path("map_version").isNull()).isTrue();
    }

    @Test
    void every_decision_can_be_proved_by_the_map_that_it_names() {
        World.OVER_CONFIDENT.count(database, "record", 1000, 20, 8);
        policy("calibrated_lower", "0.7");
        int version = fit().getLast().path("version").intValue();
        publish(version);
        JsonNode map = map(version);
        for (int i = 0; i <= 40; i++) {
            submit(String.format(Locale.ROOT, "%.6f", Math.min(1, i / 40.0 + 0.000999 * (i % 2))));
        }
        server.awaitCount(java.time.Duration.ofSeconds(15), "PENDING", 0);

        JsonNode decisions =
                server.get(MAPS + "/" + version + "/decisions").is(200).json().path("items");

        assertThat(decisions).hasSize(41);
        for (JsonNode one : decisions) {
            int c6 = one.path("confidence_score")
                    .decimalValue()
                    .movePointRight(6)
                    .intValueExact();
            int lower = map.path("lower80").get(c6 / 1000).intValue();
            assertThat(millionths(one.path("calibrated")))
                    .isEqualTo(map.path("knots").get(c6 / 1000).intValue());
            assertThat(millionths(one.path("calibrated_lower"))).isEqualTo(lower);
            assertThat(millionths(one.path("value"))).isEqualTo(lower);
            assertThat(one.path("decision").textValue()).isEqualTo(lower >= 700_000 ? "RUN" : "HOLD");
        }
        JsonNode first =
                server.get(MAPS + "/" + version + "/decisions?limit=30").is(200).json();
        JsonNode rest = server.get(MAPS + "/" + version + "/decisions?limit=30&after="
                        + first.path("next").textValue())
                .is(200)
                .json();
        assertThat(first.path("items").size() + rest.path("items").size()).isEqualTo(41);
        server.get(MAPS + "/" + version + "/decisions?after=x").problem(400);
    }

    @Test
    void another_map_decides_anew_about_all_that_waits_and_gives_nobody_more_time() {
        World.OVER_CONFIDENT.count(database, "record", 2000, 20, 9);
        policy("calibrated", "0.8");
        String held = submit("0.7");
        server.await(held, "DEFERRED");
        JsonNode until = decision(held).path("expires_at");
        String passed = server.submit("""
                {"action_name":"record","risk_level":"HIGH","confidence_score":0.85,"action_params":{},"delay_seconds":3}""");
        server.post("/api/v1/holds", "{\"scope\":\"EVERYTHING\",\"reason\":\"look\"}")
                .is(201);
        server.await(passed, "PENDING");
        int version = fit().getFirst().path("version").intValue();
        String preview = server.post("/api/v1/policy/preview", """
                {"rules":[{"risk_level":"HIGH","minimum_confidence":0.8,"statistic":"calibrated"}]}""").is(200).text();

        int policyVersion = publish(version).path("policy_version").intValue();

        assertThat(preview).contains("\"held\":1");
        assertThat(policyVersion).isEqualTo(3);
        server.await(passed, "DEFERRED");
        assertThat(decision(passed).path("map_version").intValue()).isEqualTo(version);
        assertThat(decision(passed).path("policy_version").intValue()).isEqualTo(3);
        assertThat(decision(held).path("expires_at")).isEqualTo(until);
        assertThat(server.get("/api/v1/policy").json().at("/rules/0/statistic").textValue())
                .isEqualTo("calibrated");
    }

    @Test
    void a_stale_map_may_lower_confidences_and_not_raise_them() {
        World.TIMID.count(database, "record", 3000, 20, 10);
        policy("calibrated", "0.7");
        int version = fit().getFirst().path("version").intValue();
        publish(version);
        assertThat(server.await(submit("0.6"), "COMPLETED").path("status").textValue())
                .isEqualTo("COMPLETED");

        Sql.update(database, "update escapement.calibration_publication set at = at - interval '31 days'");
        String raised = submit("0.6");

        assertThat(server.await(raised, "DEFERRED").path("reason").textValue())
                .isEqualTo("HIGH risk: confidence 0.60 < 0.70, and the calibration map that would raise it is stale");
        JsonNode decision = decision(raised);
        assertThat(decision.path("code").textValue()).isEqualTo("MAP_STALE");
        assertThat(decision.path("map_stale").booleanValue()).isTrue();
        assertThat(decision.path("value").decimalValue()).isEqualByComparingTo("0.6");
        assertThat(millionths(decision.path("calibrated"))).isGreaterThan(700_000);
        server.await(submit("0.75"), "COMPLETED");
    }

    @Test
    void drift_raises_one_alarm_that_ends_with_another_map() {
        World.TIMID.count(database, "record", 3000, 20, 11);
        policy("calibrated", "0.7");
        publish(fit().getFirst().path("version").intValue());
        Sql.update(database, "update escapement.calibration_publication set at = at - interval '15 days'");
        for (int ago = 12; ago > 0; ago--) {
            World.day(database, "record", ago, 50, 30, 600_000, 830_000);
        }
        Sql.update(database, "update escapement.node set webhook = true"); // as if somebody listened

        server.server().drift().look();
        server.server().drift().look();

        JsonNode drift = server.get("/api/v1/calibration/drift")
                .is(200)
                .json()
                .path("items")
                .get(0);
        assertThat(drift.path("down").doubleValue()).isGreaterThan(8);
        assertThat(drift.path("up").doubleValue()).isZero();
        assertThat(drift.path("alarm_since").isTextual()).isTrue();
        assertThat(drift.path("shift").doubleValue()).isBetween(-0.25, -0.2);
        for (String of : List.of("", "?action=record")) {
            JsonNode series =
                    server.get("/api/v1/calibration/drift/series" + of).is(200).json();
            JsonNode points = series.path("items");
            assertThat(points).hasSize(drift.path("batches").intValue());
            assertThat(points.get(points.size() - 1).path("down")).isEqualTo(drift.path("down"));
            assertThat(points.get(0).path("down").doubleValue()).isBetween(0.1, 8.0);
            JsonNode first = StreamSupport.stream(points.spliterator(), false)
                    .filter(point -> point.path("down").doubleValue()
                            > series.path("limit").doubleValue())
                    .findFirst()
                    .orElseThrow();
            assertThat(first.path("day")).isEqualTo(drift.path("alarm_since"));
        }
        server.get("/api/v1/calibration/drift/series?action=nothing").problem(404);
        assertThat(drift.path("map_stale").booleanValue()).isTrue();
        assertThat(Sql.number(
                        database, "select count(*) from escapement.webhook_delivery where event = 'calibration_drift'"))
                .isEqualTo(2); // of all, and of the action
        assertThat(server.get("/metrics").text()).contains("escapement_calibration_drift_alarm{action=\"record\"} 1.0");
        server.await(submit("0.6"), "DEFERRED");
        Sql.update(database, "delete from escapement.webhook_delivery");

        World.TIMID.count(database, "hold", 500, 20, 12);
        publish(fit().getFirst().path("version").intValue());

        server.await(submit("0.6"), "COMPLETED");
        server.server().drift().look();
        assertThat(server.get("/api/v1/calibration/drift")
                        .json()
                        .at("/items/0/alarm_since")
                        .isNull())
                .isTrue();
    }

    private List<JsonNode> fit() {
        List<JsonNode> fits = new ArrayList<>();
        server.post(MAPS + "/fit", "{}").is(200).json().path("items").forEach(fits::add);
        return fits;
    }

    private JsonNode publish(int version) {
        return server.post(MAPS + "/" + version + "/publish", "{\"reason\":\"test\"}")
                .is(200)
                .json();
    }

    private JsonNode map(int version) {
        return server.get(MAPS + "/" + version).is(200).json();
    }

    private void policy(String statistic, String minimum) {
        server.put("/api/v1/policy", """
                        {"version":1,"reason":"test","rules":[{"risk_level":"HIGH","minimum_confidence":%s,"statistic":"%s"}]}""".formatted(minimum, statistic)).is(200);
    }

    private String submit(String confidence) {
        return server.submit("""
                {"action_name":"record","risk_level":"HIGH","confidence_score":%s,"action_params":{}}""".formatted(confidence));
    }

    /** The last one. */
    private JsonNode decision(String id) {
        JsonNode items =
                server.get("/api/v1/tasks/" + id + "/decisions").is(200).json().path("items");
        return items.get(items.size() - 1);
    }

    private static int millionths(JsonNode number) {
        return new BigDecimal(number.asText()).movePointRight(6).intValueExact();
    }
}
