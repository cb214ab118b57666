package escapement.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.support.Eventually;
import escapement.support.Inbox;
import escapement.support.Inbox.Letter;
import escapement.support.Recorder;
import escapement.support.Sql;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators are told at an address of theirs, by two nodes: in order, at least once, and never in anybody's way. */
class WebhookDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SECRET = "sesame";

    private final Recorder recorder = new Recorder();
    private final Inbox inbox = new Inbox();
    private TestDatabase database;

    @BeforeEach
    void create() {
        database = TestDatabase.create();
    }

    @AfterEach
    void drop() {
        recorder.release();
        inbox.close();
        Verified.invariantsHold(database);
        database.close();
    }

    @Test
    void a_late_task_a_held_one_a_hold_and_a_change_of_mode_are_told_once_each_and_signed() {
        try (TestServer one = telling();
                TestServer two = telling()) {
            String held = one.submit("""
                    {"action_name":"echo","description":"refund Bo","risk_level":"HIGH","confidence_score":0.4,"workflow_id":"refunds"}""");
            inbox.await(1);
            String late = two.submit("""
                    {"action_name":"hold","priority":"HIGH","deadline_at":"%s"}""".formatted(Instant.now().plusSeconds(2)));
            inbox.await(3);
            two.put("/api/v1/mode", "{\"mode\":\"LOCKED\",\"reason\":\"astray\",\"by\":\"Ada\"}")
                    .is(200);
            one.put("/api/v1/mode", "{\"mode\":\"LIVE\",\"reason\":\"mended\",\"by\":\"Bo\"}")
                    .is(200);
            recorder.release();
            two.await(late, "COMPLETED");
            one.post("/api/v1/tasks/" + held + "/cancel", "{}");
            inbox.await(5);
            awaitAllTold();

            assertThat(inbox.events())
                    .containsExactly("deferred", "at_risk", "breached", "mode_changed", "mode_changed");
            JsonNode deferred = inbox.letters().getFirst().json();
            assertThat(deferred.path("task").path("id").textValue()).isEqualTo(held);
            assertThat(deferred.path("task").path("description").textValue()).isEqualTo("refund Bo");
            assertThat(deferred.path("task").path("action_name").textValue()).isEqualTo("echo");
            assertThat(deferred.path("task").path("workflow_id").textValue()).isEqualTo("refunds");
            assertThat(deferred.path("task").path("risk_level").textValue()).isEqualTo("HIGH");
            assertThat(deferred.path("task").path("confidence_score").decimalValue())
                    .isEqualByComparingTo("0.4");
            assertThat(deferred.path("detail").path("reason").textValue())
                    .isEqualTo("HIGH risk: confidence 0.40 < 0.70");
            JsonNode breached = inbox.letters().get(2).json();
            assertThat(breached.path("task").path("id").textValue()).isEqualTo(late);
            assertThat(Instant.parse(breached.path("at").textValue()))
                    .isAfterOrEqualTo(Instant.parse(
                            breached.path("detail").path("deadline_at").textValue()));
            JsonNode locked = inbox.letters().get(3).json();
            assertThat(locked.path("task").isNull()).isTrue();
            assertThat(locked.path("detail").path("mode").textValue()).isEqualTo("LOCKED");
            assertThat(locked.path("detail").path("by").textValue()).isEqualTo("Ada");
            Webhook webhook = Webhook.of("http://any.example", SECRET);
            assertThat(inbox.letters())
                    .allSatisfy(letter -> assertThat(letter.signature()).isEqualTo(webhook.signature(letter.body())));
            assertThat(accepted(one) + accepted(two)).isEqualTo(5);
        }
    }

    @Test
    void while_the_receiver_is_away_tasks_run_on_and_then_all_is_told_in_order() {
        inbox.answer(letter -> 503);
        try (TestServer one = telling();
                TestServer two = telling()) {
            holdAndRelease(one, 10);
            two.awaitCount(PATIENCE, "COMPLETED", 10);
            inbox.await(2);
            assertThat(inbox.letters())
                    .extracting(Letter::delivery)
                    .containsOnly(inbox.letters().getFirst().delivery());

            int before = inbox.letters().size();
            inbox.answer(letter -> 204);
            inbox.await(before + 20);
            awaitAllTold();

            List<Letter> told = inbox.letters().subList(before, inbox.letters().size());
            assertThat(told).hasSize(20);
            assertThat(told.stream().mapToLong(letter -> Long.parseLong(letter.delivery())))
                    .isSorted();
            assertThat(told.stream()
                            .map(letter -> letter.event()
                                    + letter.json()
                                            .path("detail")
                                            .path("reason")
                                            .asText()))
                    .startsWith("hold_placedpause 0", "hold_releasednull", "hold_placedpause 1");
            assertThat(told).allSatisfy(letter -> assertThat(letter.signature()).isNotNull());
        }
    }

    @Test
    void what_the_receiver_refuses_is_tried_again_and_keeps_nothing_else_back() {
        inbox.answer(letter ->
                letter.event().equals("hold_placed") && inbox.letters().size() < 3 ? 400 : 200);
        try (TestServer one = telling();
                TestServer two = telling()) {
            holdAndRelease(two, 1);
            inbox.await(3);
            awaitAllTold();

            assertThat(inbox.events().subList(0, 3)).containsExactly("hold_placed", "hold_released", "hold_placed");
            assertThat(inbox.letters().getFirst().delivery())
                    .isEqualTo(inbox.letters().get(2).delivery());
            assertThat(one.get("/metrics").text() + two.get("/metrics").text())
                    .containsPattern("escapement_webhook_failed_total [1-9]");
        }
    }

    @Test
    void a_delivery_under_way_when_its_node_dies_is_made_by_another() {
        Sql.update(database, """
                insert into escapement.webhook_delivery (event, detail, tries) values ('mode_changed', '{}', 0)""");
        // as a node leaves it that dies after it has taken a delivery and before it heard of an answer
        Sql.update(database, "update escapement.webhook_sender set busy_until = now() + interval '4 seconds'");
        try (TestServer one = telling();
                TestServer two = telling()) {
            inbox.await(1);
            awaitAllTold();

            assertThat(inbox.events()).containsExactly("mode_changed");
        }
    }

    @Test
    void an_answer_that_never_ends_stops_neither_the_next_try_nor_the_node() {
        CountDownLatch hanging = new CountDownLatch(1);
        inbox.answer(letter -> {
            if (inbox.letters().size() == 1) {
                awaitQuietly(hanging);
            }
            return 200;
        });
        try (TestServer one = telling()) {
            holdAndRelease(one, 1);
            one.awaitCount(PATIENCE, "COMPLETED", 1);
            inbox.await(3);

            assertThat(inbox.events().subList(0, 3)).containsExactly("hold_placed", "hold_placed", "hold_released");
        } finally {
            hanging.countDown();
        }
    }

    @Test
    void nothing_is_written_or_sent_where_no_node_has_an_address() {
        try (TestServer one = TestServer.start(database, recorder.actions())) {
            one.submit("{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.4}");
            one.awaitCount(PATIENCE, "DEFERRED", 1);
            String late = one.submit("{\"action_name\":\"hold\",\"deadline_at\":\"2026-01-01T00:00:00Z\"}");
            Eventually.within(
                    PATIENCE,
                    () -> assertThat(
                                    one.get("/api/v1/tasks/" + late + "/events").text())
                            .contains("breached"));
            holdAndRelease(one, 1);

            assertThat(Sql.number(database, "select count(*) from escapement.webhook_delivery"))
                    .isZero();
            recorder.release();
        }
    }

    @Test
    void a_node_with_an_address_tells_what_happens_at_one_without() {
        try (TestServer silent = TestServer.start(database, recorder.actions());
                TestServer telling = telling()) {
            holdAndRelease(silent, 1);
            inbox.await(2);

            assertThat(inbox.events()).containsExactly("hold_placed", "hold_released");
            assertThat(accepted(telling)).isEqualTo(2);
        }
    }

    @Test
    void what_could_not_be_told_for_a_day_is_given_up_and_the_task_says_so() {
        String task;
        try (TestServer one = TestServer.start(database, recorder.actions())) {
            task = one.submit("echo", "{}");
            one.await(task, "COMPLETED");
        }
        Sql.update(database, """
                insert into escapement.webhook_delivery (event, task_id, detail, at, tries, error)
                values ('breached', ?, '{}', now() - interval '25 hours', 300, 'HTTP status 503')""", Long.parseLong(task));

        try (TestServer two = TestServer.start(database, recorder.actions())) {
            JsonNode event = two.get("/api/v1/tasks/" + task + "/events")
                    .is(200)
                    .json()
                    .path("items")
                    .path(0);

            assertThat(Sql.number(database, "select count(*) from escapement.webhook_delivery"))
                    .isZero();
            assertThat(event.path("kind").textValue()).isEqualTo("webhook_given_up");
            assertThat(event.path("detail").path("event").textValue()).isEqualTo("breached");
            assertThat(event.path("detail").path("error").textValue()).isEqualTo("HTTP status 503");
            assertThat(two.get("/metrics").text()).contains("escapement_webhook_given_up_total 1");
        }
    }

    private TestServer telling() {
        return TestServer.with()
                .actions(recorder.actions())
                .webhook(inbox.address(), SECRET)
                .start(database);
    }

    /** Holds and releases a queue so often, and runs a task each time. */
    private static void holdAndRelease(TestServer server, int times) {
        IntStream.range(0, times).forEach(i -> {
            server.submit("echo", "{}");
            server.post("/api/v1/holds", """
                    {"scope":"QUEUE","queue":"default","reason":"pause %d","by":"Ada"}""".formatted(i)).is(201);
            server.delete("/api/v1/holds/queue/default").is(204);
        });
    }

    private void awaitAllTold() {
        Eventually.within(
                PATIENCE,
                () -> assertThat(Sql.number(database, "select count(*) from escapement.webhook_delivery"))
                        .isZero());
    }

    private static long accepted(TestServer server) {
        return server.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("escapement_webhook_accepted_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
