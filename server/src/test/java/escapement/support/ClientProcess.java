package escapement.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The command line outside this JVM. Immutable: what is set makes another one. */
public final class ClientProcess {
    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Map<String, String> environment;
    private final String input;
    private final How how;

    private enum How {
        /** As long as it answers, in one process for all commands with the same environment: a JVM takes a second to start. */
        TOGETHER,
        ALONE,
        ON_TERMINAL
    }

    private ClientProcess(Map<String, String> environment, String input, How how) {
        this.environment = environment;
        this.input = input;
        this.how = how;
    }

    public static ClientProcess of(TestServer server) {
        return new ClientProcess(Map.of("ESCAPEMENT_URL", server.uri("").toString()), "", How.TOGETHER);
    }

    public ClientProcess set(String variable, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value);
        return new ClientProcess(more, input, how);
    }

    /** With this on its standard input. */
    public ClientProcess with(String text) {
        return new ClientProcess(environment, text, how);
    }

    /** As a process of its own for each command. */
    public ClientProcess alone() {
        return new ClientProcess(environment, input, How.ALONE);
    }

    /** With a terminal, where somebody types this; as a process of its own. */
    public ClientProcess onTerminal(String typed) {
        return new ClientProcess(environment, typed, How.ON_TERMINAL);
    }

    /** Runs a command and sees that it ends so. */
    public Said run(int exitCode, String... arguments) {
        Ended ended = how == How.TOGETHER
                ? ClientHosts.run(environment, input, List.of(arguments))
                : runAlone(List.of(arguments));
        Said said = ended.said();
        assertThat(ended.exitCode())
                .as(String.join(" ", arguments) + "\n" + said.output + said.errors)
                .isEqualTo(exitCode);
        assertThat(said.output + said.errors).doesNotContain("\tat ");
        return said;
    }

    /** The JVM of a client. */
    static List<String> java(String mainClass) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-classpath",
                System.getProperty("java.class.path"),
                mainClass);
    }

    /** Of this environment, without settings of the machine. */
    static ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ESCAPEMENT_"));
        builder.environment().putAll(environment);
        return builder;
    }

    private Ended runAlone(List<String> arguments) {
        List<String> command = new ArrayList<>(java("escapement.Main"));
        command.addAll(arguments);
        boolean terminal = how == How.ON_TERMINAL;
        if (terminal) {
            String line = command.stream().map(ClientProcess::quoted).collect(Collectors.joining(" "));
            command = List.of("script", "-qec", line, "/dev/null");
        }
        try {
            Path folder = Files.createTempDirectory("escapement-client");
            Path output = folder.resolve("output");
            Path errors = folder.resolve("errors");
            Process process = builder(command, environment)
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            try (var typed = process.getOutputStream()) {
                typed.write(input.getBytes());
                typed.flush();
                if (terminal) { // its end would be the end of the terminal
                    assertThat(process.waitFor(PATIENCE)).isTrue();
                }
            } catch (IOException e) {
                // it ended without reading
            }
            assertThat(process.waitFor(PATIENCE)).as("ends").isTrue();
            Said said = new Said(Files.readString(output), Files.readString(errors));
            Files.delete(output);
            Files.delete(errors);
            Files.delete(folder);
            return new Ended(process.exitValue(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    record Ended(int exitCode, Said said) {}

    /** What it printed. */
    public record Said(String output, String errors) {
        public JsonNode json() {
            return Json.parse(output);
        }

        /** A word of its first line. */
        public String word(int index) {
            return output.lines().findFirst().orElse("").split(" +")[index];
        }
    }
}
