package escapement.drill;

import escapement.db.DatabaseAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A node in a process of its own, with this program and this Java. Thread-safe. */
final class NodeProcess implements AutoCloseable {
    private static final Duration START_PATIENCE = Duration.ofMinutes(4);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(90);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Pattern NAME = Pattern.compile("node +(\\S+)\\R");
    private static final Pattern PAGE = Pattern.compile("page +(http://\\S+:\\d+)/");

    private final int number;
    private final Path output;
    private final Process process;
    private volatile String name = "";
    private volatile String address = "";

    /** Starts it; {@link #awaitReady} says when it works. @param folder for what it prints @param settings by variable */
    NodeProcess(
            int number,
            int start,
            Path folder,
            DatabaseAddress database,
            List<String> javaOptions,
            Map<String, String> settings)
            throws IOException {
        this.number = number;
        output = folder.resolve("node-%d-%d.txt".formatted(number, start));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of(
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-Descapement.exitWithParent=true",
                "-classpath",
                System.getProperty("java.class.path"),
                "escapement.Main",
                "serve"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("ESCAPEMENT_"));
        builder.environment()
                .putAll(Map.of(
                        "ESCAPEMENT_PORT", "0",
                        "ESCAPEMENT_AUTH", "none",
                        "ESCAPEMENT_DATA_DIR", folder.resolve("node-" + number).toString(),
                        "ESCAPEMENT_TEXT_LOG", "false",
                        "ESCAPEMENT_DATABASE_URL", database.url(),
                        "ESCAPEMENT_DATABASE_USER", database.user(),
                        "ESCAPEMENT_DATABASE_PASSWORD", database.password()));
        builder.environment().putAll(settings);
        process = builder.start();
    }

    /** Returns when it claims and answers. */
    NodeProcess awaitReady() throws IOException {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (true) {
            String said = Files.readString(output);
            Matcher page = PAGE.matcher(said);
            Matcher named = NAME.matcher(said);
            if (page.find() && named.find()) {
                address = page.group(1);
                name = named.group(1);
                return this;
            }
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("node %d does not start, it said: %s".formatted(number, said));
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    int number() {
        return number;
    }

    /** As the database knows it. */
    String name() {
        return name;
    }

    /** Without a slash at its end. */
    String address() {
        return address;
    }

    /** Without warning: {@code kill -9}. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop, as a supervisor does. @return how long that took */
    Duration stop() throws InterruptedException {
        long from = System.nanoTime();
        process.destroy();
        if (!process.waitFor(STOP_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    "node %d has not stopped within %d s of SIGTERM".formatted(number, STOP_PATIENCE.toSeconds()));
        }
        return Duration.ofNanos(System.nanoTime() - from);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
