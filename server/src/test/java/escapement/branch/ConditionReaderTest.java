package escapement.branch;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.json.Fault;
import escapement.json.Fields;
import escapement.json.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is accepted as a condition, and where a fault is said to be. */
class ConditionReaderTest {
    private static final String LEAF = "{\"op\":\"exists\",\"path\":\"/x\"}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"condition_type\":\"success\"}",
                "{\"condition_type\":\"SUCCESS\",\"condition_value\":null}",
                "{\"condition_type\":\"Failure\"}",
                "{\"condition_type\":\"Result_Equals\",\"condition_value\":{\"any\":1}}",
                "{\"condition_type\":\"result_contains\",\"condition_value\":[\"a\"]}",
                "{\"condition_type\":\"WHEN\",\"condition_value\":{\"status\":\"failed\"}}",
                "{\"condition_type\":\"when\",\"condition_value\":{\"op\":\"GTE\",\"path\":\"/a\",\"value\":1}}",
                "{\"condition_type\":\"when\",\"condition_value\":{\"op\":\"exists\",\"path\":\"\",\"value\":null}}",
                "{\"condition_type\":\"when\",\"condition_value\":{\"op\":\"in\",\"path\":\"\",\"value\":[]}}"
            })
    void these_have_no_fault(String branch) {
        assertThat(faults(branch)).isEmpty();
    }

    @Test
    void the_other_fields_of_a_branch_are_left_to_its_reader() {
        List<Fault> faults = new ArrayList<>();
        Fields branch = new Fields(
                Json.parse(
                        "{\"condition_type\":\"success\",\"condition_value\":null,\"next_task_id\":\"7\",\"typo\":1}"),
                "/conditional_branches/0",
                faults);

        ConditionReader.read(branch);
        branch.text("next_task_id", 10);
        branch.refuseUnread();

        assertThat(faults).extracting(Fault::path).containsExactly("/conditional_branches/0/typo");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{} | /condition_type | is required",
                "{\"condition_type\":null} | /condition_type | is required",
                "{\"condition_type\":\"\"} | /condition_type | is required",
                "{\"condition_type\":1} | /condition_type | must be a text",
                "{\"condition_type\":\"bogus\",\"condition_value\":1} | /condition_type | success, failure, result_equals, result_contains, when",
                "{\"condition_type\":\"success\",\"condition_value\":1} | /condition_value | must be absent",
                "{\"condition_type\":\"failure\",\"condition_value\":false} | /condition_value | must be absent",
                "{\"condition_type\":\"result_contains\"} | /condition_value | is required",
                "{\"condition_type\":\"result_contains\",\"condition_value\":null} | /condition_value | is required",
                "{\"condition_type\":\"result_equals\",\"condition_value\":{\"a\":[\"\\u0000\"]}} | /condition_value/a/0 | NUL",
                "{\"condition_type\":\"result_contains\",\"condition_value\":1e400} | /condition_value | 1e308",
                "{\"condition_type\":\"when\"} | /condition_value | all, any, not, status, op",
                "{\"condition_type\":\"when\",\"condition_value\":\"success\"} | /condition_value | must be a JSON object"
            })
    void a_faulty_branch_is_told_where_and_why(String branch, String path, String why) {
        assertThat(faults(branch)).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo(path);
            assertThat(fault.message()).contains(why);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{} | '' | must have exactly one of all, any, not, status, op",
                "{\"typo\":1} | '' | must have exactly one of",
                "{\"all\":[{\"status\":\"FAILED\"}],\"any\":[]} | '' | and has all and any",
                "{\"status\":\"FAILED\",\"op\":\"exists\",\"path\":\"\"} | '' | and has status and op",
                "{\"status\":\"FAILED\",\"value\":1} | /value | is not a known field; known here: status",
                "{\"op\":\"exists\",\"path\":\"\",\"pth\":1} | /pth | known here: op, path, value",
                "{\"all\":[]} | /all | must be an array of 1 to 100 JSON objects",
                "{\"any\":{}} | /any | must be an array of 1",
                "{\"any\":null} | /any | must be an array of 1",
                "{\"all\":[{\"status\":\"FAILED\"},1]} | /all/1 | must be a JSON object",
                "{\"all\":[{\"status\":\"FAILED\"},null]} | /all/1 | must be a JSON object",
                "{\"not\":null} | /not | must be a JSON object",
                "{\"not\":[]} | /not | must be a JSON object",
                "{\"not\":{\"any\":[{\"op\":\"exists\",\"path\":\"x\"}]}} | /not/any/0/path | must be a JSON Pointer",
                "{\"status\":\"SKIPPED\"} | /status | must be one of COMPLETED, FAILED",
                "{\"status\":null} | /status | is required",
                "{\"status\":true} | /status | must be a text",
                "{\"op\":null,\"path\":\"\",\"value\":1} | /op | is required",
                "{\"op\":\"like\",\"path\":\"\",\"value\":1} | /op | eq, ne, gt, gte, lt, lte, in, contains, has_key, exists",
                "{\"op\":\"eq\",\"value\":1} | /path | is required",
                "{\"op\":\"eq\",\"path\":7,\"value\":1} | /path | must be a text",
                "{\"op\":\"eq\",\"path\":\"a/b\",\"value\":1} | /path | must be a JSON Pointer",
                "{\"op\":\"eq\",\"path\":\"/a~2\",\"value\":1} | /path | ~0 for ~",
                "{\"op\":\"eq\",\"path\":\"/a~\",\"value\":1} | /path | ~0 for ~",
                "{\"op\":\"eq\",\"path\":\"/a\"} | /value | is required; JSON null is a value too",
                "{\"op\":\"eq\",\"path\":\"/a\",\"value\":[\"\\u0000\"]} | /value/0 | NUL",
                "{\"op\":\"gt\",\"path\":\"/a\",\"value\":true} | /value | must be a number or a text",
                "{\"op\":\"lte\",\"path\":\"/a\",\"value\":null} | /value | must be a number or a text",
                "{\"op\":\"in\",\"path\":\"/a\",\"value\":\"abc\"} | /value | must be an array",
                "{\"op\":\"has_key\",\"path\":\"/a\",\"value\":[\"k\"]} | /value | must be a text",
                "{\"op\":\"exists\",\"path\":\"/a\",\"value\":1} | /value | must be absent"
            })
    void a_faulty_tree_is_told_where_and_why(String tree, String path, String why) {
        assertThat(faults(when(tree))).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo("/condition_value" + path);
            assertThat(fault.message()).contains(why);
        });
    }

    @Test
    void all_faults_come_at_once() {
        assertThat(faults(when("{\"all\":[{\"op\":\"x\",\"y\":1},{\"not\":{\"status\":\"?\"}},{\"any\":[]}]}")))
                .extracting(Fault::path)
                .containsExactlyInAnyOrder(
                        "/condition_value/all/0/op",
                        "/condition_value/all/0/path",
                        "/condition_value/all/0/y",
                        "/condition_value/all/1/not/status",
                        "/condition_value/all/2/any");
    }

    @Test
    void the_8th_level_is_the_last() {
        assertThat(faults(when("{\"not\":".repeat(7) + LEAF + "}".repeat(7)))).isEmpty();

        assertThat(faults(when("{\"not\":".repeat(8) + LEAF + "}".repeat(8))))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.path()).isEqualTo("/condition_value" + "/not".repeat(8));
                    assertThat(fault.message()).isEqualTo("is nested deeper than 8 levels");
                });
    }

    @Test
    void the_100th_condition_is_the_last() {
        assertThat(faults(when("{\"all\":" + leaves(99) + "}"))).isEmpty();

        assertThat(faults(when("{\"all\":" + leaves(100) + "}")))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.path()).isEqualTo("/condition_value/all/99");
                    assertThat(fault.message()).contains("more than the 100");
                });
        assertThat(faults(when("{\"all\":[{\"any\":" + leaves(60) + "},{\"any\":" + leaves(60) + "}]}")))
                .singleElement()
                .satisfies(fault -> assertThat(fault.path()).isEqualTo("/condition_value/all/1/any/37"));
    }

    private static String leaves(int count) {
        return Collections.nCopies(count, LEAF).toString();
    }

    private static String when(String tree) {
        return "{\"condition_type\":\"when\",\"condition_value\":" + tree + "}";
    }

    private static List<Fault> faults(String branch) {
        List<Fault> faults = new ArrayList<>();
        ConditionReader.read(new Fields(Json.parse(branch), "", faults));
        return faults;
    }
}
