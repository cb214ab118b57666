package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What would be held runs by lot where a rule says so: seldom, within a day's budget, and never where a person must decide. */
class ProbeDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String UNSURE = """
            {"action_name":"record","risk_level":"LOW","confidence_score":0.45}""";

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
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void who_is_drawn_can_be_computed_again_and_counts_as_a_probe() {
        put(1, "\"probe_rate\":0.3,\"probes_per_day\":1000");
        List<String> ids = server.submitMany(40, UNSURE);
        long drawn = ids.stream().filter(id -> lot(id) < 300_000).count();

        server.awaitCount(PATIENCE, "COMPLETED", drawn);
        server.awaitCount(PATIENCE, "DEFERRED", 40 - drawn);

        for (String id : ids) {
            JsonNode decision = decision(id);
            boolean probe = lot(id) < 300_000;
            assertThat(decision.path("code").textValue()).isEqualTo(probe ? "PROBE" : "CONFIDENCE_BELOW_MINIMUM");
            assertThat(decision.path("path").textValue()).isEqualTo(probe ? "PROBE" : "AUTO");
            assertThat(decision.path("probe_rate").decimalValue()).isEqualByComparingTo("0.3");
            assertThat(decision.path("probe_draw").decimalValue().movePointRight(6))
                    .isEqualByComparingTo(Long.toString(lot(id)));
            assertThat(decision.path("reason").textValue())
                    .startsWith("LOW risk: confidence 0.45 < 0.70; ")
                    .contains(probe ? "runs as a probe: drew 0." : "not drawn as a probe");
        }
        assertThat(server.attempts(ids.stream()
                                .filter(id -> lot(id) < 300_000)
                                .findFirst()
                                .orElseThrow())
                        .getFirst()
                        .path("gate_path")
                        .textValue())
                .isEqualTo("PROBE");
        String held = ids.stream().filter(id -> lot(id) >= 300_000).findFirst().orElseThrow();
        assertThat(server.get("/api/v1/tasks/" + held + "/explain").is(200).text())
                .contains("not drawn as a probe");
        Eventually.within(PATIENCE, () -> {
            JsonNode bin = server.get("/api/v1/calibration/coverage")
                    .is(200)
                    .json()
                    .path("coverage")
                    .get(5);
            assertThat(bin.path("submitted").longValue()).isEqualTo(40);
            assertThat(bin.path("probe").longValue()).isEqualTo(drawn);
            assertThat(bin.path("auto").longValue()).isZero();
            assertThat(bin.path("deferred").longValue()).isEqualTo(40 - drawn);
        });
        assertThat(server.get("/api/v1/calibration/summary?path=PROBE")
                        .is(200)
                        .json()
                        .path("n")
                        .longValue())
                .isEqualTo(drawn);
    }

    @Test
    void two_nodes_together_run_no_more_than_the_days_budget() throws Exception {
        put(1, "\"probe_rate\":1,\"probes_per_day\":7");
        List<Callable<List<String>>> work = new ArrayList<>();
        try (TestServer other = TestServer.start(database, recorder.actions());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 10; i++) {
                TestServer one = i % 2 == 0 ? server : other;
                work.add(() -> one.submitMany(3, UNSURE));
            }
            for (Future<List<String>> each : threads.invokeAll(work)) {
                each.get();
            }
            server.awaitCount(PATIENCE, "DEFERRED", 23);
            server.awaitCount(PATIENCE, "COMPLETED", 7);
        }
        assertThat(Sql.number(database, """
                        select count(*) from escapement.live where status = 'DEFERRED' and reason like '%; drawn as a probe, but the 7 of today have run'""")).isEqualTo(23);

        Sql.update(database, "update escapement.gate_probe set day = day - 1");
        server.submitMany(9, UNSURE);

        server.awaitCount(PATIENCE, "COMPLETED", 14);
        server.awaitCount(PATIENCE, "DEFERRED", 25);
    }

    @Test
    void no_lot_is_drawn_where_a_person_must_decide_nor_twice() {
        assertThat(server.put("/api/v1/policy", """
                        {"version":1,"reason":"x","rules":[
                          {"risk_level":"HIGH","minimum_confidence":0.7,"probe_rate":0.1},
                          {"risk_level":"LOW","always_hold":true,"minimum_confidence":0.7,"probe_rate":0.1},
                          {"risk_level":"LOW","action":"record","minimum_confidence":0.7,"effect":"dry_run","probe_rate":0.1},
                          {"risk_level":"MEDIUM","minimum_confidence":0.7,"probes_per_day":3},
                          {"risk_level":"MEDIUM","action":"record","minimum_confidence":0.7,"probe_rate":1.5}]}""").faultPaths())
                .containsExactlyInAnyOrder(
                        "/rules/0/probe_rate",
                        "/rules/1/probe_rate",
                        "/rules/2/probe_rate",
                        "/rules/3/probes_per_day",
                        "/rules/4/probe_rate");
        put(1, "\"approvals\":1");
        String before = server.submit(UNSURE);
        server.await(before, "DEFERRED");

        put(2, "\"probe_rate\":1");

        Eventually.within(
                PATIENCE,
                () -> assertThat(decision(before).path("policy_version").intValue())
                        .isEqualTo(3));
        assertThat(decision(before).path("probe_draw").isNull()).isTrue();
        assertThat(server.get("/api/v1/policy")
                        .is(200)
                        .json()
                        .path("rules")
                        .get(0)
                        .path("probes_per_day")
                        .intValue())
                .isEqualTo(10);
        String irreversible = server.submit("""
                {"action_name":"record","risk_level":"LOW","confidence_score":0.45,"reversible":false}""");
        String unscored = server.submit("""
                {"action_name":"record","risk_level":"LOW"}""");
        String high = server.submit("""
                {"action_name":"record","risk_level":"HIGH","confidence_score":0.45}""");
        for (String id : List.of(irreversible, unscored, high)) {
            server.await(id, "DEFERRED");
            assertThat(decision(id).path("probe_draw").isNull()).as(id).isTrue();
        }
        server.await(server.submit(UNSURE), "COMPLETED");
        server.post("/api/v1/tasks/" + before + "/cancel", "{\"reason\":\"no\"}")
                .is(200);
        server.await(before, "CANCELLED");
        server.post("/api/v1/tasks/" + before + "/retry", "{\"reason\":\"again\"}")
                .is(200);
        server.await(before, "DEFERRED"); // a person has picked it
    }

    private void put(int version, String more) {
        server.put("/api/v1/policy", """
                        {"version":%d,"reason":"to learn","rules":[{"risk_level":"LOW","minimum_confidence":0.7,%s},
                          {"risk_level":"HIGH","minimum_confidence":0.7}]}""".formatted(version, more)).is(200);
    }

    private JsonNode decision(String id) {
        JsonNode decisions =
                server.get("/api/v1/tasks/" + id + "/decisions").is(200).json().path("items");
        return decisions.get(decisions.size() - 1);
    }

    /** In millionths, as the gate draws it. */
    private static long lot(String id) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(("probe " + id).getBytes(StandardCharsets.UTF_8));
            return Long.parseLong(HexFormat.of().formatHex(hash).substring(0, 13), 16) % 1_000_000;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
