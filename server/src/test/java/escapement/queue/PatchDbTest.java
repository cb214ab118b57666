package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Outcome;
import escapement.json.Json;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changing tasks that wait. */
class PatchDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String LATER = "\"delay_seconds\":3600";
    private static final int ROUNDS = 6;
    private static final Map<Long, String> ranWith = new ConcurrentHashMap<>();
    private static final Recorder recorder = new Recorder();
    private static TestDatabase database;
    private static TestServer server;
    private static TestServer other;

    @BeforeAll
    static void start() {
        database = TestDatabase.create();
        TestAction say = new TestAction("say", context -> {
            ranWith.merge(context.taskId(), context.params().path("word").asText(), String::concat);
            return new Outcome.Succeeded(null);
        });
        server = TestServer.start(database, say);
        other = TestServer.start(database, say);
    }

    @AfterAll
    static void stop() {
        recorder.release();
        server.close();
        other.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void everything_that_may_be_edited_is_changed_at_once_and_the_task_runs_so() {
        String id = server.submit("{\"action_name\":\"say\",\"action_params\":{\"word\":\"old\"}," + LATER + "}");
        assertThat(server.task(id).path("version").intValue()).isEqualTo(1);

        JsonNode edited = edit(id, """
                        {"version":1,"reason":"it was meant so","priority":"critical","run_at":null,
                         "action_params":{"word":"new"},"confidence_score":0.6999999,"description":"Says it","max_attempts":7}""").is(200).json();

        assertThat(edited.path("version").intValue()).isEqualTo(2);
        assertThat(edited.path("priority").textValue()).isEqualTo("CRITICAL");
        assertThat(edited.path("confidence_score").decimalValue()).isEqualByComparingTo("0.699999");
        assertThat(edited.path("description").textValue()).isEqualTo("Says it");
        assertThat(edited.path("max_attempts").intValue()).isEqualTo(7);
        assertThat(edited.path("run_at").isNull()).isTrue();
        assertThat(server.await(id, "COMPLETED").at("/action_params/word").textValue())
                .isEqualTo("new");
        assertThat(ranWith.get(Long.valueOf(id))).isEqualTo("new");
        assertThat(server.attempts(id))
                .singleElement()
                .satisfies(
                        attempt -> assertThat(attempt.path("confidence_score").decimalValue())
                                .isEqualByComparingTo("0.699999"));
    }

    @Test
    void what_is_not_named_stays_and_null_takes_away_what_may_be_none() {
        String id = server.submit("""
                {"action_name":"say","action_params":{"word":"x"},"priority":"LOW","description":"d","confidence_score":0.5,
                 "max_attempts":5,%s}""".formatted(LATER));
        JsonNode before = server.task(id);

        JsonNode edited = edit(id, """
                        {"version":1,"reason":"r","description":null,"confidence_score":null}""").is(200).json();

        assertThat(edited.path("description").isNull()).isTrue();
        assertThat(edited.path("confidence_score").isNull()).isTrue();
        for (String field : List.of("status", "priority", "run_at", "max_attempts", "action_params", "created_at")) {
            assertThat(edited.path(field)).as(field).isEqualTo(before.path(field));
        }
    }

    @Test
    void a_task_that_becomes_urgent_overtakes_those_that_were_before_it() {
        TestDatabase own = TestDatabase.create();
        try (TestServer single =
                TestServer.with().limit(1).actions(recorder.actions()).start(own)) {
            single.submit("hold", "{\"name\":\"first\"}");
            Eventually.within(PATIENCE, () -> assertThat(recorder.started()).containsExactly("first"));
            single.submit("hold", "{\"name\":\"second\"}");
            String slow = single.submit(
                    "{\"action_name\":\"hold\",\"action_params\":{\"name\":\"was slow\"},\"priority\":\"BACKGROUND\"}");
            String urgent = single.submit(
                    "{\"action_name\":\"hold\",\"action_params\":{\"name\":\"was urgent\"},\"priority\":\"CRITICAL\"}");
            // a task may be claimed ahead of its start; only what waits can be edited
            Eventually.within(
                    PATIENCE,
                    () -> single.patch(
                                    "/api/v1/tasks/" + slow,
                                    "{\"version\":1,\"reason\":\"r\",\"priority\":\"CRITICAL\"}")
                            .is(200));
            Eventually.within(
                    PATIENCE,
                    () -> single.patch(
                                    "/api/v1/tasks/" + urgent,
                                    "{\"version\":1,\"reason\":\"r\",\"priority\":\"BACKGROUND\"}")
                            .is(200));

            recorder.release();
            single.awaitCount(PATIENCE, "COMPLETED", 4);

            assertThat(recorder.started()).containsExactly("first", "was slow", "second", "was urgent");
        }
        Verified.invariantsHold(own);
        own.close();
    }

    @Test
    void a_waiting_task_gets_another_time_is_woken_by_it_and_the_change_is_told_once() {
        String id = server.submit("{\"action_name\":\"echo\"," + LATER + "}");
        Instant soon = Instant.now().plusMillis(1500);

        JsonNode edited = edit(id, "{\"version\":1,\"reason\":\"r\",\"run_at\":\"" + soon + "\"}")
                .is(200)
                .json();

        assertThat(edited.path("status").textValue()).isEqualTo("SCHEDULED");
        JsonNode done = server.await(id, "COMPLETED");
        assertThat(Instant.parse(done.path("started_at").textValue())).isBetween(soon, soon.plusMillis(1500));
    }

    @Test
    void a_ready_task_is_put_off_and_brought_back() {
        server.submit("{\"action_name\":\"echo\",\"queue\":\"held\"}");
        server.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"held\",\"reason\":\"r\"}")
                .is(201);
        String id = server.submit("{\"action_name\":\"echo\",\"queue\":\"held\"}");
        Instant later = Instant.parse("2100-01-01T00:00:00Z");

        JsonNode off = edit(id, "{\"version\":1,\"reason\":\"r\",\"run_at\":\"" + later + "\"}")
                .is(200)
                .json();
        JsonNode back = edit(id, "{\"version\":2,\"reason\":\"r\",\"run_at\":\"2020-01-01T00:00:00Z\"}")
                .is(200)
                .json();

        assertThat(off.path("status").textValue()).isEqualTo("SCHEDULED");
        assertThat(off.path("run_at").textValue()).isEqualTo(later.toString());
        assertThat(back.path("status").textValue()).isEqualTo("PENDING");
        assertThat(back.path("run_at").isNull()).isTrue();
        assertThat(Sql.number(
                        database,
                        "select count(*) from escapement.journal where from_status is not null and ? = any(task_ids)",
                        Long.valueOf(id)))
                .isEqualTo(2);
        server.send(java.net.http.HttpRequest.newBuilder(server.uri("/api/v1/holds/queue/held"))
                .DELETE()
                .build());
        server.await(id, "COMPLETED");
    }

    @Test
    void a_task_in_back_off_is_tried_again_at_once_and_cannot_lose_the_attempt_it_waits_for() {
        String id = server.submit("""
                {"action_name":"fail","action_params":{"times":2},"max_attempts":3,"retry":{"first_seconds":3600}}""");
        server.await(id, "SCHEDULED");

        assertThat(edit(id, "{\"version\":1,\"reason\":\"r\",\"max_attempts\":1}")
                        .faultPaths())
                .containsExactly("/max_attempts");
        edit(id, "{\"version\":1,\"reason\":\"r\",\"max_attempts\":2,\"run_at\":null}")
                .is(200);

        server.await(id, "FAILED");
        assertThat(server.attempts(id)).hasSize(2);
    }

    @Test
    void a_blocked_task_keeps_a_time_until_it_is_released() {
        String upstream = server.submit("{\"action_name\":\"echo\"," + LATER + "}");
        String id = server.submit("{\"action_name\":\"echo\",\"dependencies\":[\"%s\"]}".formatted(upstream));

        JsonNode edited = edit(
                        id,
                        "{\"version\":1,\"reason\":\"r\",\"run_at\":\"2100-01-01T00:00:00Z\",\"priority\":\"HIGH\"}")
                .is(200)
                .json();

        assertThat(edited.path("status").textValue()).isEqualTo("BLOCKED");
        assertThat(edited.path("run_at").textValue()).isEqualTo("2100-01-01T00:00:00Z");
        assertThat(edit(id, "{\"version\":2,\"reason\":\"r\",\"run_at\":null}")
                        .is(200)
                        .json()
                        .path("run_at")
                        .isNull())
                .isTrue();
    }

    @Test
    void an_edit_for_another_version_is_refused_with_the_current_one() {
        String id = server.submit("{\"action_name\":\"echo\"," + LATER + "}");
        edit(id, "{\"version\":1,\"reason\":\"r\",\"priority\":\"HIGH\"}").is(200);

        assertThat(edit(id, "{\"version\":1,\"reason\":\"r\",\"priority\":\"LOW\"}")
                        .problem(409)
                        .path("detail")
                        .textValue())
                .contains("version 2", "version 1");
        assertThat(server.task(id).path("priority").textValue()).isEqualTo("HIGH");
    }

    @Test
    void of_edits_made_at_once_on_two_nodes_for_one_version_exactly_one_is_taken() throws Exception {
        String id = server.submit("{\"action_name\":\"echo\"," + LATER + "}");

        List<Answer> answers;
        try (ExecutorService people = Executors.newFixedThreadPool(16)) {
            List<Future<Answer>> edits = IntStream.range(0, 16)
                    .mapToObj(i -> people.submit(() -> (i % 2 == 0 ? server : other)
                            .patch(
                                    "/api/v1/tasks/" + id,
                                    "{\"version\":1,\"reason\":\"r\",\"description\":\"of " + i + "\"}")))
                    .toList();
            people.close();
            answers = edits.stream().map(Future::resultNow).toList();
        }

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers).filteredOn(answer -> answer.status() == 409).hasSize(15);
        assertThat(server.task(id).path("version").intValue()).isEqualTo(2);
    }

    @Test
    void tasks_edited_while_they_are_claimed_run_once_and_as_they_were_left() throws Exception {
        TestDatabase own = TestDatabase.create();
        Map<Long, String> words = new ConcurrentHashMap<>();
        TestAction say = new TestAction("say", context -> {
            words.merge(context.taskId(), context.params().path("word").asText(), String::concat);
            return new Outcome.Succeeded(null);
        });
        try (TestServer wide = TestServer.with().limit(2000).actions(say).start(own)) {
            String task = "{\"action_name\":\"say\",\"queue\":\"crowd\",\"action_params\":{\"word\":\"1\"}}";
            wide.submit(task);
            wide.awaitCount(PATIENCE, "COMPLETED", 1);
            for (int round = 1; round <= ROUNDS; round++) {
                wide.post("/api/v1/holds", "{\"scope\":\"QUEUE\",\"queue\":\"crowd\",\"reason\":\"r\"}")
                        .is(201);
                List<String> ids = wide.submitMany(2000, task);
                List<String> last = ids.subList(1800, 2000); // reached last by the claim that takes all of them
                CountDownLatch edited = new CountDownLatch(50);
                try (ExecutorService people = Executors.newFixedThreadPool(4)) {
                    for (int i = 0; i < 4; i++) {
                        List<String> share = last.subList(50 * i, 50 * i + 50);
                        people.submit(() -> editUntilAllAreGone(wide, share, edited));
                    }
                    edited.await();
                    wide.send(java.net.http.HttpRequest.newBuilder(wide.uri("/api/v1/holds/queue/crowd"))
                            .DELETE()
                            .build());
                }
                wide.awaitCount(PATIENCE, "COMPLETED", 1 + 2000L * round);
                for (String id : last) {
                    assertThat(words.get(Long.valueOf(id)))
                            .as("task %s, round %d", id, round)
                            .isEqualTo(wide.task(id).path("version").asText());
                }
            }
        }
        Verified.invariantsHold(own);
        own.close();
    }

    /** Gives each task its next version's number as its word, again and again. */
    private static void editUntilAllAreGone(TestServer at, List<String> ids, CountDownLatch edited) {
        Map<String, Integer> versions = new HashMap<>();
        ids.forEach(id -> versions.put(id, 1));
        while (!versions.isEmpty()) {
            for (String id : ids) {
                Integer version = versions.get(id);
                if (version == null) {
                    continue;
                }
                Answer answer = at.patch("/api/v1/tasks/" + id, """
                        {"version":%d,"reason":"r","action_params":{"word":"%d"}}""".formatted(version, version + 1));
                if (answer.status() == 200) {
                    versions.put(id, version + 1);
                    edited.countDown();
                } else {
                    versions.remove(id);
                }
            }
        }
    }

    @Test
    void a_task_that_runs_or_has_ended_is_refused_with_its_status() {
        String running = server.submit("sleep", "{\"milliseconds\":60000}");
        server.await(running, "IN_PROGRESS");
        String ended = server.submit("echo", "{}");
        server.await(ended, "COMPLETED");
        String change = "{\"version\":1,\"reason\":\"r\",\"priority\":\"LOW\"}";

        assertThat(edit(running, change).problem(409).path("detail").textValue())
                .contains("IN_PROGRESS");
        assertThat(edit(ended, change).problem(409).path("detail").textValue()).contains("COMPLETED");
        edit("77", change).problem(404);
        edit("77", "{\"version\":1,\"reason\":\"r\",\"action_params\":{}}").problem(404);
        server.post("/api/v1/tasks/" + running + "/cancel", "{\"reason\":\"r\"}")
                .is(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"reason\":\"r\",\"priority\":\"LOW\"                                   | /version",
                "\"version\":\"1\",\"reason\":\"r\",\"priority\":\"LOW\"                 | /version",
                "\"version\":1,\"priority\":\"LOW\"                                      | /reason",
                "\"version\":1,\"reason\":\"r\"                                          | ''",
                "\"version\":1,\"reason\":\"r\",\"priority\":\"urgent\"                  | /priority",
                "\"version\":1,\"reason\":\"r\",\"priority\":null                        | /priority",
                "\"version\":1,\"reason\":\"r\",\"run_at\":\"soon\"                      | /run_at",
                "\"version\":1,\"reason\":\"r\",\"confidence_score\":1.5                 | /confidence_score",
                "\"version\":1,\"reason\":\"r\",\"max_attempts\":0                       | /max_attempts",
                "\"version\":1,\"reason\":\"r\",\"max_attempts\":null                    | /max_attempts",
                "\"version\":1,\"reason\":\"r\",\"action_params\":null                   | /action_params",
                "\"version\":1,\"reason\":\"r\",\"action_params\":{\"milliseconds\":\"x\"} | /action_params/milliseconds",
                "\"version\":1,\"reason\":\"r\",\"priority\":\"LOW\",\"queue\":\"q\"     | /queue"
            })
    void an_edit_that_cannot_be_is_refused_by_its_path_and_changes_nothing(String fields, String path) {
        String id = server.submit("{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":1}," + LATER + "}");

        assertThat(edit(id, "{" + fields + "}").faultPaths()).containsExactly(path);

        assertThat(server.task(id).path("version").intValue()).isEqualTo(1);
    }

    @Test
    void the_audit_keeps_what_was_and_what_is() throws Exception {
        String id = server.submit("{\"action_name\":\"echo\",\"priority\":\"LOW\"," + LATER + "}");
        edit(
                        id,
                        "{\"version\":1,\"reason\":\"a customer waits\",\"priority\":\"HIGH\",\"action_params\":{\"value\":1}}")
                .is(200);

        try (var connection = database.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(
                        "select reason, detail from escapement.audit where operation = 'task.edit' and target = '" + id
                                + "'")) {
            row.next();
            assertThat(row.getString(1)).isEqualTo("a customer waits");
            assertThat(Json.parse(row.getString(2))).isEqualTo(Json.parse("""
                    {"old":{"version":1,"priority":"LOW","action_params":{}},
                     "new":{"version":2,"priority":"HIGH","action_params":{"value":1}}}"""));
            assertThat(row.next()).isFalse();
        }
    }

    private static Answer edit(String id, String body) {
        return server.patch("/api/v1/tasks/" + id, body);
    }
}
