package escapement;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.json.Json;
import escapement.support.Eventually;
import escapement.support.PluginJar;
import escapement.support.PreparedData;
import escapement.support.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server with its own PostgreSQL, and whatever it leaves on the disk. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class SecretsProcessTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String GIVEN = "canary-given-4711";
    private static final String VARIABLE = "canary-variable-4711";
    private static final String LEAKY = """
            package some;
            public final class Leaky implements escapement.action.Action {
                @Override public String name() { return "leaky"; }
                @Override public String description() { return "For tests."; }
                @Override public com.fasterxml.jackson.databind.JsonNode paramsSchema() {
                    var schema = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode();
                    schema.putObject("properties").putObject("value").put("writeOnly", true);
                    return schema;
                }
                @Override public escapement.action.Outcome run(escapement.action.ActionContext context) {
                    String value = context.params().path("value").asText();
                    org.slf4j.LoggerFactory.getLogger("leaky")
                            .warn("used {}", value, new IllegalStateException("not for " + value));
                    context.log("used " + value);
                    if (context.params().path("fails").asBoolean()) {
                        throw new IllegalStateException("refused " + value);
                    }
                    return new escapement.action.Outcome.Succeeded(context.params());
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void no_secret_is_in_the_data_folder_the_logs_or_the_output_also_after_a_crash() throws Exception {
        PreparedData.copyInto(folder);
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        PluginJar.of(plugins.resolve("leaky.jar"), "some.Leaky", LEAKY, "some.Leaky");
        Path received = folder.resolve("received");
        Files.writeString(folder.resolve("commands.json"), Json.write(Json.parse("""
                {"keep": {"argv": ["sh", "-c", "printf '%%s\\\\n' \\"$VALUE\\" >> %s; echo kept $VALUE"],
                          "env": {"VALUE": "${value}"}, "sensitive": ["value"]}}""".formatted(received))));
        String later;
        try (ServerProcess first = serve(plugins)) {
            for (String value : List.of(GIVEN, "secret:TOKEN")) {
                await(first, submit(first, "command:keep", value, ""), "COMPLETED");
                await(first, submit(first, "leaky", value, ""), "COMPLETED");
                await(first, submit(first, "leaky", value, ",\"fails\":true"), "FAILED");
            }
            later = first.submit(
                            1,
                            "{\"action_name\":\"command:keep\",\"delay_seconds\":5,\"confidence_score\":0.9,\"action_params\":{\"value\":\""
                                    + GIVEN + "-later\"}}")
                    .getFirst();
            first.kill9();
        }
        try (ServerProcess second = serve(plugins)) {
            await(second, later, "COMPLETED");
            second.terminate();
            second.waitExit(SOON);

            assertThat(Files.readAllLines(received)).containsExactlyInAnyOrder(GIVEN, VARIABLE, GIVEN + "-later");
            Path key = folder.resolve("escapement.key");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
            Path log = folder.resolve("data/logs/escapement.log");
            assertThat(Files.readString(log)).contains("used ***", "IllegalStateException: not for ***");
            assertThat(holding(GIVEN, VARIABLE, Files.readString(key).strip()))
                    .containsExactlyInAnyOrder(received, key);
        }
    }

    private ServerProcess serve(Path plugins) {
        return ServerProcess.in(folder)
                .set("ESCAPEMENT_SECRET_TOKEN", VARIABLE)
                .set("ESCAPEMENT_PLUGINS_DIR", plugins.toString())
                .set("ESCAPEMENT_COMMANDS", folder.resolve("commands.json").toString())
                .start("serve")
                .waitReady();
    }

    private static String submit(ServerProcess server, String action, String value, String more) throws Exception {
        return server.submit(
                        1,
                        "{\"action_name\":\"%s\",\"confidence_score\":0.9,\"max_attempts\":1,\"action_params\":{\"value\":\"%s\"%s}}"
                                .formatted(action, value, more))
                .getFirst();
    }

    private static void await(ServerProcess server, String id, String status) {
        Eventually.within(
                SOON,
                () -> assertThat(server.json("/api/v1/tasks/" + id)
                                .path("status")
                                .asText())
                        .isEqualTo(status));
    }

    /** The files that hold one of these, as it is or in Base64. */
    private List<Path> holding(String... values) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (String value : values) {
                    String base64 = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
                    if ((text.contains(value) || text.contains(base64)) && !found.contains(file)) {
                        found.add(file);
                    }
                }
            }
        }
        return found;
    }
}
