package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.Outcome;
import escapement.support.Answer;
import escapement.support.Eventually;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mode of the whole cluster: LOCKED starts nothing, DRY_RUN nothing for real, and only people change it. */
class ModeDbTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String LOCK = "{\"mode\":\"LOCKED\",\"reason\":\"refunds go astray\",\"by\":\"Ada\"}";
    private static final String UNLOCK = "{\"mode\":\"LIVE\",\"reason\":\"mended\",\"by\":\"Bo\"}";

    private final Recorder recorder = new Recorder();
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = TestDatabase.create();
    }

    @AfterEach
    void drop() {
        recorder.release();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void locked_lets_what_runs_end_and_starts_nothing_more_on_any_node() {
        try (TestServer one = recording(25);
                TestServer two = recording(25)) {
            one.submitMany(50, named("hold", "running"));
            Eventually.within(SOON, () -> assertThat(recorder.running()).isEqualTo(50));
            one.submitMany(1000, named("record", "waiting"));

            JsonNode locked = lock(one);
            recorder.release();
            one.awaitCount(SOON, "COMPLETED", 50);

            assertThat(recorder.started()).doesNotContain("waiting");
            assertThat(one.count("PENDING")).isEqualTo(1000);
            JsonNode shown = two.get("/api/v1/mode").is(200).json();
            assertThat(shown.path("mode").textValue()).isEqualTo("LOCKED");
            assertThat(shown.path("by").textValue()).isEqualTo("Ada");
            assertThat(shown.path("verified").booleanValue()).isFalse();
            assertThat(shown.path("reason").textValue()).isEqualTo("refunds go astray");
            assertThat(shown.path("held_back").longValue()).isEqualTo(1000);
            assertThat(shown.path("held_back_since")).isEqualTo(locked.path("since"));
            assertThat(two.metrics().path("mode").textValue()).isEqualTo("LOCKED");
            assertThat(two.get("/metrics").text())
                    .contains("escapement_mode{mode=\"LOCKED\"} 1")
                    .contains("escapement_mode{mode=\"LIVE\"} 0")
                    .contains("escapement_held_back 1000")
                    .contains("escapement_held_back_since_seconds ");

            two.put("/api/v1/mode", UNLOCK).is(200);
            one.awaitCount(SOON, "COMPLETED", 1050);
            assertThat(one.get("/metrics").text())
                    .contains("escapement_held_back 0")
                    .doesNotContain("escapement_held_back_since_seconds ");
        }
    }

    @Test
    void starts_end_within_100_ms_on_the_node_asked_and_within_a_second_on_the_other() {
        AtomicLong lastOnOne = new AtomicLong();
        AtomicLong lastOnTwo = new AtomicLong();
        try (TestServer one = TestServer.with().actions(noting(lastOnOne)).start(database);
                TestServer two = TestServer.with().actions(noting(lastOnTwo)).start(database)) {
            one.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"default\",\"reason\":\"r\"}")
                    .is(201);
            one.submitMany(20_000, "{\"action_name\":\"note\"}");
            one.delete("/api/v1/holds/queue/default").is(204);
            Eventually.within(
                    SOON,
                    () -> assertThat(Math.min(lastOnOne.get(), lastOnTwo.get())).isPositive());

            lock(one);
            long answeredAt = System.nanoTime();
            one.awaitCount(SOON, "IN_PROGRESS", 0);

            assertThat(one.count("PENDING")).isPositive();
            long onOne = (lastOnOne.get() - answeredAt) / 1_000_000;
            long onTwo = (lastOnTwo.get() - answeredAt) / 1_000_000;
            System.out.printf(
                    "last start after the answer: %d ms on the node asked, %d ms on the other%n", onOne, onTwo);
            assertThat(onOne).isLessThan(1000);
            assertThat(onTwo).isLessThan(1000);
            one.put("/api/v1/mode", UNLOCK).is(200);
            one.awaitCount(Duration.ofSeconds(60), "COMPLETED", 20_000);
        }
    }

    @Test
    void a_restart_keeps_a_lock_whatever_the_setting_says() {
        try (TestServer first = recording(5)) {
            lock(first);
        }
        try (TestServer again =
                TestServer.with().mode(Mode.LIVE).actions(recorder.actions()).start(database)) {
            String id = again.submit(named("record", "late"));
            again.put("/api/v1/mode", "{\"mode\":\"LOCKED\",\"reason\":\"once more\"}")
                    .is(200);

            assertThat(again.get("/api/v1/mode").json().path("by").textValue()).isEqualTo("Ada");
            assertThat(again.task(id).path("status").textValue()).isEqualTo("PENDING");
            again.put("/api/v1/mode", UNLOCK).is(200);
            again.await(id, "COMPLETED");
        }
    }

    @Test
    void a_setting_chooses_the_mode_of_an_empty_database_only() {
        try (TestServer first = TestServer.with().mode(Mode.LOCKED).start(database)) {
            JsonNode mode = first.get("/api/v1/mode").is(200).json();
            assertThat(mode.path("mode").textValue()).isEqualTo("LOCKED");
            assertThat(mode.path("by").textValue()).isEqualTo("server");
            first.put("/api/v1/mode", UNLOCK).is(200);
        }
        for (Mode setting : new Mode[] {Mode.LOCKED, Mode.DRY_RUN}) {
            try (TestServer again = TestServer.with().mode(setting).start(database)) {
                assertThat(again.get("/api/v1/mode").json().path("mode").textValue())
                        .isEqualTo("LIVE");
                again.await(again.submit("{\"action_name\":\"echo\"}"), "COMPLETED");
            }
        }
        assertThat(audit()).containsExactly("server LIVE LOCKED", "local LOCKED LIVE");
    }

    @Test
    void in_dry_run_nothing_is_carried_out_nor_what_follows_it() {
        try (TestServer one = recording(5)) {
            one.put("/api/v1/mode", "{\"mode\":\"DRY_RUN\",\"reason\":\"trying out\"}")
                    .is(200);
            one.await(one.submit("{\"action_name\":\"echo\",\"queue\":\"later\"}"), "COMPLETED");
            one.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"later\",\"reason\":\"r\"}")
                    .is(201);

            String id = one.submit("""
                    {"action_name":"record","description":"Refund it","action_params":{"name":"parent"},
                     "conditional_branches":[{"condition_type":"success",
                       "next_task_template":{"action_name":"record","queue":"later","action_params":{"name":"child"}}}]}""");
            JsonNode result = one.await(id, "COMPLETED").path("result");
            one.put("/api/v1/mode", "{\"mode\":\"LIVE\",\"reason\":\"tried out\"}")
                    .is(200);
            one.delete("/api/v1/holds/queue/later").is(204);
            one.awaitCount(SOON, "COMPLETED", 3);

            assertThat(result.path("dry_run").booleanValue()).isTrue();
            assertThat(result.path("message").textValue()).isEqualTo("Dry-run mode: Refund it not executed");
            assertThat(recorder.started()).isEmpty();
            assertThat(Sql.texts(database, "select outcome from escapement.attempt"))
                    .containsOnly("DRY_RUN");
            one.await(one.submit(named("record", "real")), "COMPLETED");
            assertThat(recorder.started()).containsExactly("real");
        }
    }

    @Test
    void only_a_named_person_unlocks() {
        try (TestServer one = recording(5)) {
            one.put("/api/v1/mode", "{\"mode\":\"DRY_RUN\",\"reason\":\"trying out\"}")
                    .is(200);
            lock(one);

            for (String mode : new String[] {"LIVE", "DRY_RUN"}) {
                Answer refused = one.put("/api/v1/mode", "{\"mode\":\"%s\",\"reason\":\"mended\"}".formatted(mode));
                assertThat(refused.problem(409).path("detail").textValue())
                        .startsWith("the mode is LOCKED, by Ada since ")
                        .contains("\"by\"");
            }
            assertThat(one.put("/api/v1/mode", "{\"mode\":\"LIVE\",\"reason\":\"r\",\"by\":\"  \"}")
                            .faultPaths())
                    .containsExactly("/by");
            assertThat(one.put("/api/v1/mode", "{\"mode\":\"OFF\"}").faultPaths())
                    .containsExactlyInAnyOrder("/mode", "/reason");
            JsonNode live = one.put("/api/v1/mode", UNLOCK).is(200).json();

            assertThat(live.path("mode").textValue()).isEqualTo("LIVE");
            assertThat(live.path("by").textValue()).isEqualTo("Bo");
            assertThat(live.path("verified").booleanValue()).isFalse();
            assertThat(audit()).containsExactly("local LIVE DRY_RUN", "local DRY_RUN LOCKED", "local LOCKED LIVE");
            assertThat(Sql.texts(
                            database,
                            "select outcome || ' ' || coalesce(detail ->> 'by', '') || ' ' || coalesce(detail ->> 'verified', '')"
                                    + " from escapement.audit where operation = 'mode.set' order by id"))
                    .containsExactly("DONE  ", "DONE Ada false", "REFUSED  ", "REFUSED  ", "DONE Bo false");
        }
    }

    @Test
    void a_lock_until_a_time_gives_way_to_one_without_and_else_ends_by_itself() {
        try (TestServer one = recording(5)) {
            one.put("/api/v1/mode", "{\"mode\":\"DRY_RUN\",\"reason\":\"trying out\"}")
                    .is(200);
            everythingUntil(one, Instant.now().plusMillis(700)).is(201);
            everythingUntil(one, Instant.now().plusSeconds(600)).problem(409);
            Eventually.within(
                    SOON,
                    () -> assertThat(one.get("/api/v1/mode").json().path("mode").textValue())
                            .isEqualTo("DRY_RUN"));
            everythingUntil(one, Instant.now().plusSeconds(600)).is(201);
            lock(one);

            JsonNode mode = one.get("/api/v1/mode").json();

            assertThat(mode.path("until").isNull()).isTrue();
            assertThat(mode.path("by").textValue()).isEqualTo("Ada");
            assertThat(mode.path("unlocked_mode").textValue()).isEqualTo("DRY_RUN");
            assertThat(audit())
                    .containsExactly(
                            "local LIVE DRY_RUN",
                            "local DRY_RUN LOCKED",
                            "server LOCKED DRY_RUN",
                            "local DRY_RUN LOCKED",
                            "local LOCKED LOCKED");
        }
    }

    @Test
    void sixteen_who_toggle_at_once_leave_one_mode_and_no_task_behind() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        Action count = new TestAction("count", context -> {
            runs.incrementAndGet();
            return new Outcome.Succeeded(null);
        });
        try (TestServer one = TestServer.with().actions(count).start(database);
                TestServer two = TestServer.with().actions(count).start(database);
                ExecutorService clients = Executors.newFixedThreadPool(16)) {
            one.submitMany(2000, "{\"action_name\":\"count\"}");
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < 16; client++) {
                TestServer node = client % 2 == 0 ? one : two;
                running.add(clients.submit(() -> {
                    for (int round = 0; round < 10; round++) {
                        node.put("/api/v1/mode", LOCK).is(200);
                        node.post("/api/v1/holds", "{\"scope\":\"ACTION\",\"action\":\"count\",\"reason\":\"r\"}");
                        node.put("/api/v1/mode", UNLOCK).is(200);
                        node.delete("/api/v1/holds/action/count");
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get();
            }

            assertThat(one.get("/api/v1/mode").json().path("mode").textValue()).isEqualTo("LIVE");
            assertThat(one.get("/api/v1/holds").json().path("items")).isEmpty();
            one.awaitCount(Duration.ofSeconds(30), "COMPLETED", 2000);
            assertThat(runs).hasValue(2000);
            assertThat(alternates(audit())).isTrue();
        }
    }

    private static boolean alternates(List<String> changes) {
        for (int i = 0; i < changes.size(); i++) {
            if (!changes.get(i).equals(i % 2 == 0 ? "local LIVE LOCKED" : "local LOCKED LIVE")) {
                return false;
            }
        }
        return changes.size() % 2 == 0;
    }

    private static Action noting(AtomicLong last) {
        return new TestAction("note", context -> {
            last.set(System.nanoTime());
            return new Outcome.Succeeded(null);
        });
    }

    private TestServer recording(int limit) {
        return TestServer.with().limit(limit).actions(recorder.actions()).start(database);
    }

    private static JsonNode lock(TestServer node) {
        return node.put("/api/v1/mode", LOCK).is(200).json();
    }

    private static Answer everythingUntil(TestServer node, Instant until) {
        return node.post(
                "/api/v1/holds", "{\"scope\":\"EVERYTHING\",\"reason\":\"a pause\",\"until\":\"%s\"}".formatted(until));
    }

    /** Who changed which mode into which, in order. */
    private List<String> audit() {
        return Sql.texts(
                database,
                "select principal || ' ' || (old_value ->> 'mode') || ' ' || (new_value ->> 'mode') from escapement.audit"
                        + " where operation = 'mode.set' and outcome = 'DONE' order by id");
    }

    private static String named(String action, String name) {
        return "{\"action_name\":\"%s\",\"action_params\":{\"name\":\"%s\"}}".formatted(action, name);
    }
}
