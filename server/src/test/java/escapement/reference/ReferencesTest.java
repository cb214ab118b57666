package escapement.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fault;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters that come from the results of other tasks. */
class ReferencesTest {
    @Test
    void every_reference_is_found_with_its_place() {
        List<Fault> faults = new ArrayList<>();

        List<Reference> found = References.find(Json.parse("""
                        {"url": {"$result": {"task": "fetch", "path": "/items/0/url"}},
                         "plain": {"result": 1, "$results": {}},
                         "a/b": [1, {"deep": {"$result": {"task": "4711", "path": "", "default": {"x": 1}}}}],
                         "p": {"$result": {"task": "parent", "path": "/~1", "default": null}}}"""), "/tasks/0/action_params", faults);

        assertThat(faults).isEmpty();
        assertThat(found)
                .containsExactly(
                        new Reference("/url", "fetch", JsonPointer.compile("/items/0/url"), null),
                        new Reference("/a~1b/1/deep", "4711", JsonPointer.empty(), Json.parse("{\"x\":1}")),
                        new Reference(
                                "/p",
                                Reference.PARENT,
                                JsonPointer.compile("/~1"),
                                Json.nodes().nullNode()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"a\":[1,null,\"$result\",{}]}", "{\"result\":{\"task\":\"a\",\"path\":\"\"}}"})
    void parameters_without_a_reference_stay_as_they_are(String params) {
        List<Fault> faults = new ArrayList<>();

        assertThat(References.find(Json.parse(params), "", faults)).isEmpty();
        assertThat(faults).isEmpty();
        assertThat(References.rename(Json.parse(params), task -> "x")).isEqualTo(Json.parse(params));
        assertThat(resolve(params, Map.of())).isEqualTo(Json.parse(params));
    }

    @Test
    void a_default_is_not_searched_for_references() {
        List<Fault> faults = new ArrayList<>();
        String params = "{\"p\":{\"$result\":{\"task\":\"a\",\"path\":\"/x\",\"default\":{\"q\":{\"$result\":1}}}}}";

        assertThat(References.find(Json.parse(params), "", faults))
                .extracting(Reference::at)
                .containsExactly("/p");
        assertThat(faults).isEmpty();
        assertThat(resolve(params, Map.of())).isEqualTo(Json.parse("{\"p\":{\"q\":{\"$result\":1}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"$result\":\"fetch\"} | /$result | must be a JSON object",
                "{\"$result\":null} | /$result | must be a JSON object",
                "{\"$result\":[]} | /$result | must be a JSON object",
                "{\"$result\":{\"path\":\"\"}} | /$result/task | is required",
                "{\"$result\":{\"task\":\"\",\"path\":\"\"}} | /$result/task | is required",
                "{\"$result\":{\"task\":7,\"path\":\"\"}} | /$result/task | must be a text",
                "{\"$result\":{\"task\":\"a\"}} | /$result/path | is required",
                "{\"$result\":{\"task\":\"a\",\"path\":null}} | /$result/path | is required",
                "{\"$result\":{\"task\":\"a\",\"path\":\"url\"}} | /$result/path | must be a JSON Pointer",
                "{\"$result\":{\"task\":\"a\",\"path\":\"$.url\"}} | /$result/path | must be a JSON Pointer",
                "{\"$result\":{\"task\":\"a\",\"path\":\"\",\"defualt\":1}} | /$result/defualt | known here: default, path, task",
                "{\"$result\":{\"task\":\"a\",\"path\":\"\",\"default\":[\"\\u0000\"]}} | /$result/default/0 | NUL",
                "{\"$result\":{\"task\":\"a\",\"path\":\"\"},\"other/one\":1} | /other~1one | stands beside $result"
            })
    void a_faulty_reference_is_told_where_and_why(String reference, String path, String why) {
        List<Fault> faults = new ArrayList<>();

        References.find(Json.parse("{\"p\":[" + reference + "]}"), "/action_params", faults);

        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo("/action_params/p/0" + path);
            assertThat(fault.message()).contains(why);
        });
    }

    @Test
    void parameters_as_a_whole_cannot_be_a_reference() {
        List<Fault> faults = new ArrayList<>();

        References.find(Json.parse("{\"$result\":{\"task\":\"a\",\"path\":\"\"}}"), "/action_params", faults);

        assertThat(faults).extracting(Fault::path).containsExactly("/action_params/$result");
    }

    @Test
    void all_faults_come_at_once() {
        List<Fault> faults = new ArrayList<>();

        References.find(
                Json.parse("{\"a\":{\"$result\":1,\"x\":1},\"b\":{\"c\":{\"$result\":{\"x\":1}}}}"), "", faults);

        assertThat(faults)
                .extracting(Fault::path)
                .containsExactlyInAnyOrder(
                        "/a/$result", "/a/x", "/b/c/$result/task", "/b/c/$result/path", "/b/c/$result/x");
    }

    @Test
    void the_100th_reference_is_the_last() {
        assertThat(faultsOf(100)).isEmpty();
        assertThat(faultsOf(101)).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo("/action_params/p/100");
            assertThat(fault.message()).contains("more than the 100").contains("101");
        });
    }

    @Test
    void renaming_changes_the_task_and_nothing_else() {
        JsonNode params = Json.parse("""
                {"a": {"$result": {"task": "fetch", "path": "/x~1y", "default": {"$result": {"task": "fetch", "path": ""}}}},
                 "b": [{"$result": {"task": "parent", "path": "", "default": null}}, 1.50, {"task": "fetch"}]}""");
        JsonNode before = params.deepCopy();

        JsonNode renamed = References.rename(params, task -> task.equals("fetch") ? "4711" : task);

        assertThat(Json.write(renamed)).isEqualTo(Json.write(Json.parse("""
                {"a": {"$result": {"task": "4711", "path": "/x~1y", "default": {"$result": {"task": "fetch", "path": ""}}}},
                 "b": [{"$result": {"task": "parent", "path": "", "default": null}}, 1.50, {"task": "fetch"}]}""")));
        assertThat(params).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "/items/0/url | {\"items\":[{\"url\":\"u\"}]} | \"u\"",
                "'' | {\"a\":[1]} | {\"a\":[1]}",
                "'' | \"text\" | \"text\"",
                "'' | null | null",
                "/a | {\"a\":null} | null",
                "/a~1b/~0 | {\"a/b\":{\"~\":1.50}} | 1.50",
                "/a | {\"a\":{\"$result\":{\"task\":\"fetch\",\"path\":\"\"}}} | {\"$result\":{\"task\":\"fetch\",\"path\":\"\"}}"
            })
    void a_value_takes_the_place_of_its_reference_as_it_is(String path, String result, String value) {
        JsonNode resolved = resolve(
                "{\"p\":[0,{\"$result\":{\"task\":\"fetch\",\"path\":\"" + path + "\"}}],\"q\":2}",
                Map.of("fetch", Json.parse(result)));

        assertThat(Json.write(resolved)).isEqualTo("{\"p\":[0," + value + "],\"q\":2}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "/b | {\"a\":1} | 7 | 7",
                "/b | {\"a\":1} | null | null",
                "/0 | [] | {\"x\":1} | {\"x\":1}",
                "/a | \"text\" | 7 | 7",
                "'' | null | 7 | 7",
                "/a | {\"a\":null} | 7 | null",
                "/a | {\"a\":1} | 7 | 1",
                "'' | false | 7 | false"
            })
    void a_default_is_taken_when_nothing_is_there(String path, String result, String otherwise, String value) {
        String params =
                "{\"p\":{\"$result\":{\"task\":\"fetch\",\"path\":\"" + path + "\",\"default\":" + otherwise + "}}}";

        assertThat(resolve(params, Map.of("fetch", Json.parse(result)))).isEqualTo(Json.parse("{\"p\":" + value + "}"));
    }

    @Test
    void a_task_without_a_result_has_null_and_nothing_below() {
        assertThat(resolve("{\"p\":{\"$result\":{\"task\":\"4711\",\"path\":\"\"}}}", Map.of()))
                .isEqualTo(Json.parse("{\"p\":null}"));
        assertThat(resolve("{\"p\":{\"$result\":{\"task\":\"4711\",\"path\":\"\",\"default\":7}}}", Map.of()))
                .isEqualTo(Json.parse("{\"p\":7}"));
        assertThat(resolve("{\"p\":{\"$result\":{\"task\":\"4711\",\"path\":\"/x\",\"default\":7}}}", Map.of()))
                .isEqualTo(Json.parse("{\"p\":7}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1}", "null", "[1]", "\"text\""})
    void nothing_there_and_no_default_is_an_error_that_names_place_task_and_path(String result) {
        String params = "{\"p/q\":[{\"$result\":{\"task\":\"4711\",\"path\":\"/items/0\"}}]}";

        assertThatThrownBy(() -> resolve(params, Map.of("4711", Json.parse(result))))
                .isInstanceOf(UnresolvedReferenceException.class)
                .hasMessageContaining("action_params/p~1q/0")
                .hasMessageContaining("'4711'")
                .hasMessageContaining("/items/0 ");
    }

    @Test
    void several_references_take_from_several_tasks() {
        String params = """
                {"a": {"$result": {"task": "1", "path": "/x"}}, "b": {"$result": {"task": "2", "path": "/x"}},
                 "c": {"$result": {"task": "1", "path": "/x"}}}""";

        assertThat(resolve(params, Map.of("1", Json.parse("{\"x\":\"one\"}"), "2", Json.parse("{\"x\":\"two\"}"))))
                .isEqualTo(Json.parse("{\"a\":\"one\",\"b\":\"two\",\"c\":\"one\"}"));
    }

    private static List<Fault> faultsOf(int references) {
        List<Fault> faults = new ArrayList<>();
        String list = Collections.nCopies(references, "{\"$result\":{\"task\":\"a\",\"path\":\"\"}}").stream()
                .collect(Collectors.joining(",", "[", "]"));
        References.find(Json.parse("{\"p\":" + list + "}"), "/action_params", faults);
        return faults;
    }

    private static JsonNode resolve(String params, Map<String, JsonNode> results) {
        return References.resolve(Json.parse(params), results::get);
    }
}
