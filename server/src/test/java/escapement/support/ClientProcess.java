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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The command line as a process of its own. Immutable: what is set makes another one. */
public final class ClientProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Map<String, String> environment;
    private final String input;
    private final boolean terminal;

    private ClientProcess(Map<String, String> environment, String input, boolean terminal) {
        this.environment = environment;
        this.input = input;
        this.terminal = terminal;
    }

    public static ClientProcess of(TestServer server) {
        return new ClientProcess(Map.of("ESCAPEMENT_URL", server.uri("").toString()), "", false);
    }

    public ClientProcess set(String variable, String value) {
        Map<String, String> more = new TreeMap<>(environment);
        more.put(variable, value);
        return new ClientProcess(more, input, terminal);
    }

    /** With this on its standard input. */
    public ClientProcess with(String text) {
        return new ClientProcess(environment, text, false);
    }

    /** With a terminal, where somebody types this. */
    public ClientProcess onTerminal(String typed) {
        return new ClientProcess(environment, typed, true);
    }

    /** Runs a command and sees that it ends so. */
    public Said run(int exitCode, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-classpath",
                System.getProperty("java.class.path"),
                "escapement.Main"));
        command.addAll(Arrays.asList(arguments));
        if (terminal) {
            String line = command.stream().map(ClientProcess::quoted).collect(Collectors.joining(" "));
            command = List.of("script", "-qec", line, "/dev/null");
        }
        try {
            Path folder = Files.createTempDirectory("escapement-client");
            Path output = folder.resolve("output");
            Path errors = folder.resolve("errors");
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("ESCAPEMENT_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
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
            assertThat(process.exitValue())
                    .as(String.join(" ", arguments) + "\n" + said.output + said.errors)
                    .isEqualTo(exitCode);
            assertThat(said.output + said.errors).doesNotContain("\tat ");
            return said;
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
