package escapement.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.db.DatabaseAddress;
import escapement.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The server as a process of its own, to be killed, stopped and watched from outside. Its output goes to files. Closing
 * kills whatever still runs, its PostgreSQL included.
 */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Pattern PAGE = Pattern.compile("page +(http://127\\.0\\.0\\.1:\\d+)/");
    private static final AtomicInteger started = new AtomicInteger();
    private static final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    private final Path dataFolder;
    private final Process process;
    private final Path output;
    private final Path errors;
    private volatile String address = "";

    /** What to start: settings as environment variables, on a data folder below {@code folder}. */
    public static Setup in(Path folder) {
        return new Setup(folder);
    }

    private ServerProcess(Setup setup, String mainClass, List<String> arguments) {
        int number = started.incrementAndGet();
        output = setup.folder.resolve("output-" + number + ".txt");
        errors = setup.folder.resolve("errors-" + number + ".txt");
        dataFolder = Path.of(setup.settings.get("ESCAPEMENT_DATA_DIR"));
        List<String> command = new ArrayList<>(setup.prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError", // as bin/escapement does
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlogback.configurationFile=logback.xml", // not the one of the tests
                "-classpath",
                System.getProperty("java.class.path"),
                mainClass));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("ESCAPEMENT_"));
        builder.environment().putAll(setup.settings);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Returns when it answers requests and has printed where. */
    public ServerProcess waitReady() {
        Eventually.within(START_PATIENCE, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "ended with %d: %s%s".formatted(process.exitValue(), output(), errors()));
            }
            Matcher page = PAGE.matcher(output());
            assertThat(page.find()).as(output() + errors()).isTrue();
            address = page.group(1);
        });
        return this;
    }

    /** Where it answers, without a slash at the end. */
    public String address() {
        return address;
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(address + path))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    public JsonNode json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(200);
        return Json.parse(response.body());
    }

    public HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(address + path))
                        .timeout(Duration.ofSeconds(20))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Submits {@code count} equal tasks in one batch. @return their ids */
    public List<String> submit(int count, String task) throws IOException, InterruptedException {
        String tasks = String.join(",", java.util.Collections.nCopies(count, task));
        HttpResponse<String> response = post("/api/v1/tasks/batch", "{\"tasks\":[" + tasks + "]}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        List<String> ids = new ArrayList<>();
        Json.parse(response.body())
                .get("tasks")
                .forEach(row -> ids.add(row.get("id").asText()));
        return ids;
    }

    public boolean isReady() {
        try {
            return get("/readyz").statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Without warning and without goodbye. */
    public void kill9() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop, as a supervisor does. */
    public void terminate() {
        process.destroy();
    }

    /** Sends a signal by name, such as {@code STOP}. */
    public void signal(String name) {
        signal(name, pid());
    }

    public static void signal(String name, long pid) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end. @return the exit code */
    public int waitExit(Duration patience) throws InterruptedException {
        assertThat(process.waitFor(patience)).as("ends: " + output() + errors()).isTrue();
        return process.exitValue();
    }

    public String output() {
        return read(output);
    }

    public String errors() {
        return read(errors);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The embedded database of this process, as anybody on this machine who may read its password reaches it. */
    public DatabaseAddress embeddedDatabase() throws IOException {
        String port = Files.readString(dataFolder.resolve("pg.port")).strip();
        return new DatabaseAddress(
                "jdbc:postgresql://127.0.0.1:" + port + "/escapement",
                "escapement",
                Files.readString(dataFolder.resolve("pg.password")).strip());
    }

    /** The postmaster of the embedded database. */
    public Optional<ProcessHandle> postmaster() {
        try (Stream<String> lines = Files.lines(dataFolder.resolve("pg/postmaster.pid"))) {
            return lines.findFirst()
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
                    .filter(ServerProcess::runs);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Whether it runs; one that is dead and that nobody has reaped counts as alive, but has no command line any more. */
    public static boolean runs(ProcessHandle process) {
        return process.isAlive()
                && (process.info().commandLine().isPresent()
                        || process.info().arguments().isPresent());
    }

    /** All processes of the embedded database. */
    public List<ProcessHandle> postgresProcesses() {
        return postmaster().stream()
                .flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
        List<ProcessHandle> left = postgresProcesses();
        postmaster().ifPresent(postmaster -> signal("QUIT", postmaster.pid())); // tidier than KILL, and as quick
        Eventually.within(Duration.ofSeconds(10), () -> assertThat(left).noneMatch(ServerProcess::runs));
    }

    /** Settings and a class to start. */
    public static final class Setup {
        private final Path folder;
        private final Map<String, String> settings = new TreeMap<>();
        private List<String> prefix = List.of();

        private Setup(Path folder) {
            this.folder = folder;
            set("ESCAPEMENT_DATA_DIR", folder.resolve("data").toString());
            set("ESCAPEMENT_PORT", "0");
        }

        public Setup set(String variable, String value) {
            settings.put(variable, value);
            return this;
        }

        /** On an outside database, without a login unless set otherwise. */
        public Setup on(DatabaseAddress database) {
            settings.putIfAbsent("ESCAPEMENT_AUTH", "none");
            return set("ESCAPEMENT_DATABASE_URL", database.url())
                    .set("ESCAPEMENT_DATABASE_USER", database.user())
                    .set("ESCAPEMENT_DATABASE_PASSWORD", database.password());
        }

        /** Runs the JVM through another command. */
        public Setup through(String... command) {
            prefix = List.of(command);
            return this;
        }

        /** The product as it is shipped. */
        public ServerProcess start(String... arguments) {
            return new ServerProcess(this, "escapement.Main", List.of(arguments));
        }

        /** {@code serve} with the action {@code ledger}. */
        public ServerProcess serveWith(Ledger ledger) {
            return new ServerProcess(
                    this, "escapement.TestMain", List.of(ledger.file().toString()));
        }
    }
}
