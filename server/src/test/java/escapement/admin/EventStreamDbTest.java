package escapement.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.support.Verified;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The live stream of changes. */
class EventStreamDbTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
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
    void a_new_reader_is_told_to_fetch_everything_and_then_hears_every_change() {
        try (Reader reader = new Reader(null)) {
            Eventually.within(PATIENCE, () -> assertThat(reader.events).isNotEmpty());
            assertThat(reader.events.getFirst().name()).isEqualTo("reset");

            String id = server.submit("{\"action_name\":\"echo\",\"queue\":\"heard\"}");

            Eventually.within(
                    PATIENCE,
                    () -> assertThat(reader.changesOf(id))
                            .containsExactly("null>PENDING", "PENDING>IN_PROGRESS", "IN_PROGRESS>COMPLETED"));
            Event change = reader.events.getLast();
            assertThat(change.name()).isEqualTo("change");
            assertThat(change.data().path("queue").textValue()).isEqualTo("heard");
            assertThat(change.data().path("count").intValue()).isEqualTo(1);
        }
    }

    @Test
    void a_reader_that_comes_back_goes_on_where_it_was_and_misses_and_repeats_nothing() {
        List<String> ids = new ArrayList<>();
        List<String> heard = new ArrayList<>();
        String last = null;

        for (int round = 0; round < 4; round++) {
            try (Reader reader = new Reader(last)) {
                Eventually.within(PATIENCE, () -> assertThat(reader.opened()).isTrue());
                String id = server.submit("echo", "{}");
                ids.add(id);
                Eventually.within(
                        PATIENCE, () -> assertThat(reader.changesOf(id)).isNotEmpty());
                List<Event> events = List.copyOf(reader.events);
                events.forEach(event -> heard.addAll(event.tasks()));
                last = events.getLast().id();
            }
            ids.add(server.submit("echo", "{}")); // while nobody listens
        }

        try (Reader reader = new Reader(last)) {
            Eventually.within(
                    PATIENCE, () -> assertThat(reader.changesOf(ids.getLast())).contains("IN_PROGRESS>COMPLETED"));
            reader.events.forEach(event -> heard.addAll(event.tasks()));
            assertThat(reader.events).extracting(Event::name).doesNotContain("reset");
        }
        for (String id : ids) {
            assertThat(heard.stream().filter(change -> change.startsWith(id)))
                    .containsExactlyInAnyOrder(
                            id + " null>PENDING", id + " PENDING>IN_PROGRESS", id + " IN_PROGRESS>COMPLETED");
        }
    }

    @Test
    void a_hold_made_and_released_on_any_node_is_told_on_every_node() {
        try (TestServer other = TestServer.start(database);
                Reader reader = new Reader(null)) {
            Eventually.within(PATIENCE, () -> assertThat(reader.events).isNotEmpty());

            other.post("/api/v1/holds", "{\"scope\":\"ACTION\",\"action\":\"sleep\",\"reason\":\"r\"}")
                    .is(201);
            Eventually.within(PATIENCE, () -> assertThat(reader.named("holds")).isEqualTo(1));
            server.delete("/api/v1/holds/action/sleep").is(204);
            Eventually.within(PATIENCE, () -> assertThat(reader.named("holds")).isEqualTo(2));
        }
    }

    @Test
    void a_deadline_that_comes_near_and_passes_is_told_once_each_also_to_a_reader_who_was_away() {
        String id;
        String last;
        try (Reader reader = new Reader(null)) {
            Eventually.within(PATIENCE, () -> assertThat(reader.events).isNotEmpty());
            id = server.submit(
                    "{\"action_name\":\"echo\",\"queue\":\"late\",\"delay_seconds\":600,\"deadline_at\":\"%s\",\"at_risk_percent\":50}"
                            .formatted(Instant.now().plusSeconds(4)));
            Eventually.within(
                    PATIENCE, () -> assertThat(reader.named("at_risk")).isEqualTo(1));

            assertThat(reader.named("breached")).isZero();
            assertThat(reader.last("at_risk").data())
                    .isEqualTo(Json.parse("{\"status\":\"SCHEDULED\",\"queue\":\"late\",\"count\":1,\"ids\":[\"%s\"]}"
                            .formatted(id)));
            last = reader.last("at_risk").id();
        }
        Eventually.within(
                PATIENCE,
                () -> assertThat(server.get("/api/v1/tasks/" + id + "/events")
                                .is(200)
                                .json()
                                .path("items"))
                        .hasSize(2)); // while nobody listens

        try (Reader reader = new Reader(last)) {
            Eventually.within(
                    PATIENCE, () -> assertThat(reader.named("breached")).isEqualTo(1));

            assertThat(reader.last("breached").data().at("/ids/0").textValue()).isEqualTo(id);
            assertThat(reader.named("at_risk")).isZero();
            assertThat(reader.named("reset")).isZero();
        }
        assertThat(server.metrics().at("/by_status/SCHEDULED").longValue()).isEqualTo(1);
        server.post("/api/v1/tasks/" + id + "/cancel", "{\"reason\":\"the test is over\"}")
                .is(200);
    }

    @Test
    void a_place_that_is_none_starts_anew() {
        for (String nonsense : List.of("x", "1-x", "-1", "'; --")) {
            try (Reader reader = new Reader(nonsense)) {
                Eventually.within(PATIENCE, () -> assertThat(reader.events).isNotEmpty());
                assertThat(reader.events.getFirst().name()).isEqualTo("reset");
            }
        }
    }

    private record Event(String id, String name, JsonNode data) {
        List<String> tasks() {
            List<String> tasks = new ArrayList<>();
            data.path("ids")
                    .forEach(id -> tasks.add(id.textValue() + " "
                            + data.path("from").asText() + ">" + data.path("to").asText()));
            return tasks;
        }
    }

    /** Reads the stream until it is closed. */
    private static final class Reader implements AutoCloseable {
        final List<Event> events = new CopyOnWriteArrayList<>();
        private final HttpClient client = HttpClient.newHttpClient();
        private final CompletableFuture<HttpResponse<Stream<String>>> answer;

        Reader(@Nullable String lastEventId) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(server.uri("/api/v1/events")).header("Accept", "text/event-stream");
            if (lastEventId != null) {
                request.header("Last-Event-ID", lastEventId);
            }
            answer = client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofLines());
            var _ = answer.thenAccept(response -> Thread.startVirtualThread(() -> read(response.body())));
        }

        private void read(Stream<String> lines) {
            String[] parts = new String[3];
            try {
                lines.forEach(line -> {
                    if (line.startsWith("id:")) {
                        parts[0] = line.substring(3).strip();
                    } else if (line.startsWith("event:")) {
                        parts[1] = line.substring(6).strip();
                    } else if (line.startsWith("data:")) {
                        parts[2] = line.substring(5).strip();
                    } else if (line.isEmpty() && parts[1] != null) {
                        events.add(new Event(parts[0], parts[1], Json.parse(parts[2])));
                        parts[1] = null;
                    }
                });
            } catch (RuntimeException e) {
                // the connection was cut by close()
            }
        }

        boolean opened() {
            return answer.isDone() && answer.join().statusCode() == 200;
        }

        long named(String name) {
            return events.stream().filter(event -> event.name().equals(name)).count();
        }

        Event last(String name) {
            return events.stream()
                    .filter(event -> event.name().equals(name))
                    .reduce((before, event) -> event)
                    .orElseThrow();
        }

        List<String> changesOf(String id) {
            return events.stream()
                    .flatMap(event -> event.tasks().stream())
                    .filter(change -> change.startsWith(id))
                    .map(change -> change.substring(id.length() + 1))
                    .toList();
        }

        @Override
        public void close() {
            client.shutdownNow();
        }
    }
}
