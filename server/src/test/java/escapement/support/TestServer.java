package escapement.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.Config;
import escapement.Server;
import escapement.access.Admission;
import escapement.action.Action;
import escapement.action.Actions;
import escapement.action.builtin.BuiltIns;
import escapement.action.builtin.HttpAllowList;
import escapement.db.DatabaseAddress;
import escapement.json.Json;
import escapement.queue.ClaimOrder;
import escapement.queue.Mode;
import escapement.secret.SecretPlaces;
import escapement.watchdog.Keep;
import escapement.webhook.Webhook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A whole node on a test database and a free port, and a client of its API. */
public final class TestServer implements AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // or every request would ask for 2 and be told no
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private static final Path UI = emptyUi();

    private final Server server;

    private TestServer(Server server) {
        this.server = server;
    }

    /** A node of 50 slots with the built-in actions and these. */
    public static TestServer start(TestDatabase database, Action... actions) {
        return with().actions(actions).start(database);
    }

    public static Setup with() {
        return new Setup();
    }

    /** What a test chooses of a node. */
    public static final class Setup {
        private int limit = 50;
        private Duration ageing = Duration.ofMinutes(10);
        private ClaimOrder.By order = ClaimOrder.By.AGE;
        private Duration lease = Duration.ofSeconds(30);
        private Mode mode = Mode.LIVE;
        private boolean dryRun;
        private @Nullable Path dataDir;
        private SecretPlaces secrets = SecretPlaces.NONE;
        private @Nullable Webhook webhook;
        private Keep keep = Keep.FOR_EVER;
        private Admission admission = new Admission(false, Set.of());
        private Optional<Path> ui = Optional.of(UI);
        private List<Action> actions = List.of();

        private Setup() {}

        public Setup limit(int slots) {
            limit = slots;
            return this;
        }

        public Setup ageing(Duration bound) {
            ageing = bound;
            return this;
        }

        public Setup order(ClaimOrder.By first) {
            order = first;
            return this;
        }

        public Setup lease(Duration length) {
            lease = length;
            return this;
        }

        /** With a metrics log, which it keeps there; without this it writes none. */
        public Setup dataDir(Path folder) {
            dataDir = folder;
            return this;
        }

        /** Of an empty database. */
        public Setup mode(Mode first) {
            mode = first;
            return this;
        }

        /** As ESCAPEMENT_DRY_RUN. */
        public Setup dryRun(boolean highRisk) {
            dryRun = highRisk;
            return this;
        }

        /** Whoever asks needs a token. */
        public Setup login(String... hosts) {
            admission = new Admission(true, Set.of(hosts));
            return this;
        }

        public Setup secrets(SecretPlaces places) {
            secrets = places;
            return this;
        }

        /** As ESCAPEMENT_WEBHOOK_URL and ESCAPEMENT_WEBHOOK_SECRET. */
        public Setup webhook(URI address, String secret) {
            webhook = Webhook.of(address.toString(), secret);
            return this;
        }

        /** As ESCAPEMENT_KEEP_…_DAYS. */
        public Setup keep(Keep days) {
            keep = days;
            return this;
        }

        /** With the admin page, as it is in the jar. */
        public Setup page() {
            ui = Optional.empty();
            return this;
        }

        public Setup actions(Action... more) {
            actions = List.of(more);
            return this;
        }

        public TestServer start(TestDatabase database) {
            HttpAllowList httpAllowed = HttpAllowList.parse("localhost,127.0.0.1,[::1]");
            List<Action> all = new ArrayList<>(BuiltIns.all(httpAllowed));
            all.addAll(actions);
            DatabaseAddress address = database.address();
            Config config = new Config(
                    0,
                    "127.0.0.1",
                    Optional.of(address),
                    0,
                    dataDir == null ? Path.of("unused") : dataDir,
                    dataDir != null,
                    false,
                    limit,
                    new ClaimOrder(ageing, order),
                    lease,
                    Duration.ofSeconds(1),
                    mode,
                    httpAllowed,
                    Optional.empty(),
                    Optional.empty(),
                    secrets,
                    Optional.ofNullable(webhook),
                    keep,
                    dryRun,
                    false,
                    ui,
                    admission);
            Server server = new Server(config, address, new Actions(all));
            server.start();
            return new TestServer(server);
        }
    }

    private static Path emptyUi() {
        try {
            Path folder = Files.createTempDirectory("escapement-ui");
            folder.toFile().deleteOnExit();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Server server() {
        return server;
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    public Answer get(String path) {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    public Answer post(String path, String body) {
        return post(path, HttpRequest.BodyPublishers.ofString(body));
    }

    public Answer post(String path, HttpRequest.BodyPublisher body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .POST(body)
                .build());
    }

    public Answer patch(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    public Answer put(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    public Answer delete(String path) {
        return send(HttpRequest.newBuilder(uri(path)).DELETE().build());
    }

    public Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The whole answer to a request that no client library would send; its lines end in CR LF. */
    public String rawAnswerTo(String request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Submits a task given as JSON. @return its id */
    public String submit(String task) {
        return post("/api/v1/tasks", task).is(201).json().path("id").textValue();
    }

    /** Submits a task of {@code action} with these parameters, given as JSON. @return its id */
    public String submit(String action, String params) {
        return submit("{\"action_name\":\"%s\",\"action_params\":%s}".formatted(action, params));
    }

    /** Submits {@code count} equal tasks, a thousand at a time. @return their ids in order */
    public List<String> submitMany(int count, String task) {
        List<String> ids = new ArrayList<>(count);
        while (ids.size() < count) {
            int some = Math.min(1000, count - ids.size());
            String body = "{\"tasks\":[" + (task + ",").repeat(some - 1) + task + "]}";
            post("/api/v1/tasks/batch", body)
                    .is(201)
                    .json()
                    .path("tasks")
                    .forEach(stored -> ids.add(stored.path("id").textValue()));
        }
        return ids;
    }

    /** Submits a batch given as JSON. @return the ids by the tasks' refs */
    public Map<String, String> submitBatch(String batch) {
        Map<String, String> ids = new HashMap<>();
        post("/api/v1/tasks/batch", batch)
                .is(201)
                .json()
                .path("tasks")
                .forEach(task ->
                        ids.put(task.path("ref").asText(), task.path("id").asText()));
        return ids;
    }

    public JsonNode task(String id) {
        return get("/api/v1/tasks/" + id).is(200).json();
    }

    public List<JsonNode> attempts(String id) {
        List<JsonNode> attempts = new ArrayList<>();
        get("/api/v1/tasks/" + id + "/attempts").is(200).json().path("items").forEach(attempts::add);
        return attempts;
    }

    public JsonNode metrics() {
        return get("/api/v1/metrics").is(200).json();
    }

    /** How many tasks stand there, as the server counts. */
    public long count(String status) {
        return metrics().path("by_status").path(status).longValue();
    }

    public void awaitCount(Duration patience, String status, long wanted) {
        Eventually.within(patience, () -> assertThat(count(status)).as(status).isEqualTo(wanted));
    }

    /** Waits until the task stands there and shows it. */
    public JsonNode await(String id, String status) {
        Eventually.within(
                Duration.ofSeconds(15),
                () -> assertThat(task(id).path("status").asText()).isEqualTo(status));
        return task(id);
    }

    public static String quote(String text) {
        return Json.write(text);
    }

    @Override
    public void close() {
        server.close();
    }
}
