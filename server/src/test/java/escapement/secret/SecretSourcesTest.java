package escapement.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.json.Fault;
import escapement.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the values of secrets are found. */
class SecretSourcesTest {
    @TempDir
    Path folder;

    @Test
    void a_variable_counts_before_a_file_and_a_line_end_of_a_file_is_cut() throws Exception {
        write("BOTH", "from the file\n", "rw-r-----");
        write("ONLY.file-1", "from the file\r\n", "rw-------");

        SecretSources sources = sources(Map.of("ESCAPEMENT_SECRET_BOTH", "from the variable", "PATH", "/bin"));

        assertThat(sources.value("BOTH")).isEqualTo("from the variable");
        assertThat(sources.value("ONLY.file-1")).isEqualTo("from the file");
        assertThat(sources.variables()).containsOnlyKeys("ESCAPEMENT_SECRET_BOTH");
        assertThat(sources.toString()).doesNotContain("from the variable");
    }

    @Test
    void a_secret_that_is_nowhere_is_named_with_the_places_where_it_was_looked_for() {
        refused(
                sources(Map.of()),
                "NONE",
                "there is no secret 'NONE' on this node: looked for the variable"
                        + " ESCAPEMENT_SECRET_NONE and no file " + folder.resolve("NONE"));
        refused(
                new SecretSources(Map.of(), Optional.empty()),
                "NONE",
                "looked for the variable ESCAPEMENT_SECRET_NONE; ESCAPEMENT_SECRETS_DIR is not set");
    }

    @Test
    void a_file_that_everybody_may_read_is_refused_with_what_to_do() throws Exception {
        write("OPEN", "x", "rw-r--r--");

        refused(sources(Map.of()), "OPEN", "chmod o-rwx " + folder.resolve("OPEN"));
    }

    @Test
    void a_link_may_lead_on_within_the_folder_and_not_out_of_it() throws Exception {
        Path outside =
                Files.writeString(Files.createTempFile(folder.toAbsolutePath().getParent(), "outside", ""), "outside");
        Files.createSymbolicLink(folder.resolve("OUT"), outside);
        Files.createDirectory(folder.resolve("..data"));
        write("..data/IN", "inside", "rw-------");
        Files.createSymbolicLink(folder.resolve("IN"), Path.of("..data", "IN"));

        assertThat(sources(Map.of()).value("IN")).isEqualTo("inside");
        refused(sources(Map.of()), "OUT", "leads out of its folder");
        for (String name : List.of(".", "..", "..data")) {
            refused(sources(Map.of()), name, "there is no secret");
        }
        Files.delete(outside);
    }

    @Test
    void what_is_empty_too_long_or_no_text_is_refused() throws Exception {
        write("EMPTY", "\n", "rw-------");
        write("LONG", "x".repeat(64 * 1024 + 1), "rw-------");
        write("BYTES", "x", "rw-------");
        Files.write(folder.resolve("BYTES"), new byte[] {(byte) 0xff, (byte) 0xfe});

        refused(sources(Map.of()), "EMPTY", "is empty");
        refused(sources(Map.of("ESCAPEMENT_SECRET_X", "")), "X", "give ESCAPEMENT_SECRET_X a value");
        refused(sources(Map.of()), "LONG", "more than 65536 bytes");
        refused(sources(Map.of()), "BYTES", "no UTF-8 text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret:", "secret:a b", "secret:../x", "secret:a/b", "secret: x", "secret:ü"})
    void a_text_that_only_looks_like_a_reference_is_a_fault(String text) {
        List<Fault> faults = new ArrayList<>();

        GivenParams.read("{\"a\":[{\"b/c\":" + Json.write(text) + "}]}", "/action_params", faults);

        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo("/action_params/a/0/b~1c");
            assertThat(fault.message()).contains("write secret::");
        });
    }

    @Test
    void a_reference_is_found_and_an_escaped_one_is_the_text_it_stands_for() throws Exception {
        List<Fault> faults = new ArrayList<>();
        String params = "{\"a\":\"secret:X\",\"b\":\"secret::X\",\"c\":\"a secret:X\"}";

        GivenParams given = GivenParams.read(params, "", faults);
        Secrets secrets = new Secrets(new SecretPlaces(
                new SecretSources(Map.of("ESCAPEMENT_SECRET_X", "hunter2"), Optional.empty()), Optional.empty()));

        assertThat(faults).isEmpty();
        assertThat(given.references()).containsExactly("/a");
        assertThat(Json.parse(given.json()).path("b").textValue()).isEqualTo("secret:X");
        assertThat(secrets.open("any", Json.parse(params)).params())
                .isEqualTo(Json.parse("{\"a\":\"hunter2\",\"b\":\"secret:X\",\"c\":\"a secret:X\"}"));
    }

    private SecretSources sources(Map<String, String> environment) {
        return SecretSources.of(environment, Optional.of(folder));
    }

    private static void refused(SecretSources sources, String name, String message) {
        assertThatThrownBy(() -> sources.value(name))
                .isInstanceOf(SecretException.class)
                .hasMessageContaining(message);
    }

    private void write(String name, String text, String permissions) throws IOException {
        Files.setPosixFilePermissions(
                Files.writeString(folder.resolve(name), text), PosixFilePermissions.fromString(permissions));
    }
}
