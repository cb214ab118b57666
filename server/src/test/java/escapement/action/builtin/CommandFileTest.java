package escapement.action.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import escapement.action.RiskLevel;
import escapement.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandFileTest {
    @TempDir
    Path folder;

    @Test
    void a_command_becomes_an_action_whose_schema_names_each_parameter_once() throws IOException {
        List<CommandAction> actions = read("""
                {"copy": {"argv": ["cp", "${from}", "${to}", "--", "${from}"], "env": {"MODE": "${mode}", "FIXED": "1"}}}""");

        assertThat(actions).singleElement().satisfies(action -> {
            assertThat(action.name()).isEqualTo("command:copy");
            assertThat(action.description()).isEqualTo("Runs cp ${from} ${to} -- ${from}");
            assertThat(action.paramsSchema()).isEqualTo(Json.parse("""
                    {"type": "object", "additionalProperties": false, "required": ["from", "to", "mode"], "properties": {
                      "from": {"maxLength": 100000, "type": ["string", "number", "boolean"]},
                      "to": {"maxLength": 100000, "type": ["string", "number", "boolean"]},
                      "mode": {"maxLength": 100000, "type": ["string", "number", "boolean"]}}}"""));
        });
    }

    @Test
    void a_parameter_that_the_file_calls_sensitive_is_marked_in_the_schema() throws IOException {
        CommandAction action = read("""
                {"login": {"argv": ["login", "${user}"], "env": {"PASSWORD": "${password}"}, "sensitive": ["password"]}}""").getFirst();

        assertThat(action.paramsSchema().at("/properties/password/writeOnly").booleanValue())
                .isTrue();
        assertThat(action.paramsSchema().at("/properties/user").has("writeOnly"))
                .isFalse();
    }

    @Test
    void the_risk_is_high_unless_the_file_says_otherwise() throws IOException {
        assertThat(read("{\"a\":{\"argv\":[\"true\"]},\"b\":{\"argv\":[\"true\"],\"risk\":\"medium\"}}"))
                .extracting(CommandAction::minimumRisk)
                .containsExactly(RiskLevel.HIGH, RiskLevel.MEDIUM);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a b': {'argv': ['true']}}                         | an id has 1 to 48 letters, digits, _ . -",
                "{'': {'argv': ['true']}}                            | an id has 1 to 48 letters, digits, _ . -",
                "{'a': {'argv': []}}                                 | /argv: must name the program first",
                "{'a': {'argv': ['']}}                               | /argv: must name the program first",
                "{'a': {}}                                           | /argv: must be an array of texts",
                "{'a': {'argv': 'rm -rf'}}                           | /argv: must be an array of texts",
                "{'a': {'argv': ['true'], 'sensitive': ['x']}}       | /sensitive: names 'x', which fills nothing in argv or env",
                "{'a': {'argv': ['echo', 1]}}                        | /argv: must be an array of texts",
                "{'a': {'argv': ['${program}', 'x']}}                | /argv: must not take the program from a parameter",
                "{'a': {'argv': ['echo', '--to=${to}']}}             | not inside '--to=${to}'",
                "{'a': {'argv': ['echo', '${a}${b}']}}               | not inside '${a}${b}'",
                "{'a': {'argv': ['echo', '${1}']}}                   | not inside '${1}'",
                "{'a': {'argv': ['sh', '-c', 'ls ${dir}']}}          | not inside 'ls ${dir}'",
                "{'a': {'argv': ['env'], 'env': {'X': 'a${b}'}}}     | not inside 'a${b}'",
                "{'a': {'argv': ['env'], 'env': {'X': 1}}}           | /env: must be an object of texts",
                "{'a': {'argv': ['env'], 'env': ['X=1']}}            | /env: must be an object of texts",
                "{'a': {'argv': ['env'], 'env': 'X=1'}}              | /env: must be an object of texts",
                "{'a': {'argv': ['env'], 'env': {'X=1': 'y'}}}       | /env: 'X=1' cannot be the name of a variable",
                "{'a': {'argv': ['env'], 'env': {'': 'y'}}}          | /env: '' cannot be the name of a variable",
                "{'a': {'argv': ['true'], 'timeout': 5}}             | /timeout: is not a known field",
                "{'a': {'argv': ['true'], 'timeout_seconds': 0}}     | /timeout_seconds: must be a whole number from 1",
                "{'a': {'argv': ['true'], 'max_concurrent': 0}}      | /max_concurrent: must be a whole number from 1",
                "{'a': {'argv': ['true'], 'max_output_bytes': 1e9}}  | /max_output_bytes: must be a whole number from 0",
                "{'a': {'argv': ['true'], 'risk': 'none'}}           | /risk: must be one of LOW, MEDIUM, HIGH",
                "{'a': 'true'}                                       | must be a JSON object",
                "['true']                                            | must hold one JSON object, id to command",
                "{'a': {'argv': ['true']}, 'a': {'argv': ['false']}} | Duplicate",
                "# commands                                          | not valid JSON"
            })
    void what_cannot_be_run_is_said_with_the_file_and_the_command(String json, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(json.replace('\'', '"')))
                .withMessageStartingWith("the command file " + folder.resolve("commands.json"))
                .withMessageContaining(sentence);
    }

    @Test
    void a_file_that_is_not_there_is_said_so() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CommandFile.read(folder.resolve("none.json")))
                .withMessageContaining("none.json cannot be read");
    }

    private List<CommandAction> read(String json) throws IOException {
        return CommandFile.read(Files.writeString(folder.resolve("commands.json"), json));
    }
}
