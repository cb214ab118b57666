package escapement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.support.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stops a start before anything runs, each with the setting that is to be mended. */
class OfferedActionsTest {
    @TempDir
    Path folder;

    @Test
    void built_ins_commands_and_plug_ins_are_offered_together() throws IOException {
        Path commands = Files.writeString(folder.resolve("commands.json"), "{\"date\":{\"argv\":[\"date\"]}}");
        plugin("tock", "{}");

        assertThat(OfferedActions.of(config(Map.of(
                                "ESCAPEMENT_COMMANDS", commands.toString(),
                                "ESCAPEMENT_PLUGINS_DIR", folder.toString())))
                        .names())
                .containsExactly("command:date", "echo", "fail", "http_request", "sleep", "tock");
    }

    @Test
    void without_settings_there_are_no_commands() {
        assertThat(OfferedActions.of(config(Map.of())).names())
                .containsExactly("echo", "fail", "http_request", "sleep");
    }

    @Test
    void a_broken_command_file_stops_the_start() throws IOException {
        Path commands = Files.writeString(folder.resolve("commands.json"), "{\"date\":{\"args\":[\"date\"]}}");

        assertThatThrownBy(() -> OfferedActions.of(config(Map.of("ESCAPEMENT_COMMANDS", commands.toString()))))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("ESCAPEMENT_COMMANDS: the command file " + commands + ", command 'date': ");
    }

    @Test
    void a_plug_in_that_takes_the_name_of_another_action_stops_the_start() {
        plugin("echo", "{}");

        assertThatThrownBy(() -> OfferedActions.of(config(Map.of("ESCAPEMENT_PLUGINS_DIR", folder.toString()))))
                .isInstanceOf(SettingException.class)
                .hasMessage("ESCAPEMENT_PLUGINS_DIR: two actions are named 'echo'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':5}",
                "{'properties':[]}",
                "{'pattern':'('}",
                "{'properties':{'a':{'pattern':'('}}}",
                "7",
                "{'$ref':'#/$defs/none'}"
            })
    void a_plug_in_whose_schema_is_none_stops_the_start(String schema) {
        plugin("tock", schema.replace("'", "\\\""));

        assertThatThrownBy(() -> OfferedActions.of(config(Map.of("ESCAPEMENT_PLUGINS_DIR", folder.toString()))))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(
                        "ESCAPEMENT_PLUGINS_DIR: the parameter schema of action 'tock' is no JSON Schema: ");
    }

    private void plugin(String name, String schema) {
        PluginJar.of(folder.resolve("plugin.jar"), "some.Plugin", """
                package some;
                import escapement.action.*;
                public final class Plugin implements Action {
                    @Override public String name() { return "%s"; }
                    @Override public String description() { return "For tests."; }
                    @Override public com.fasterxml.jackson.databind.JsonNode paramsSchema() {
                        return escapement.json.Json.parse("%s");
                    }
                    @Override public Outcome run(ActionContext context) { return new Outcome.Succeeded(null); }
                }
                """.formatted(name, schema), "some.Plugin");
    }

    private static Config config(Map<String, String> environment) {
        return Config.read(environment, Map.of());
    }
}
