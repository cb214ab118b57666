package escapement.branch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import escapement.json.Fields;
import escapement.json.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each condition holds for. */
class ConditionTest {
    @ParameterizedTest
    @CsvSource({"success, true, false", "failure, false, true"})
    void success_and_failure_look_at_the_status_alone(String type, boolean ifCompleted, boolean ifFailed) {
        Condition condition = read("{\"condition_type\":\"" + type + "\"}");

        assertThat(condition.holds(new End(true, Json.parse("{\"success\":false}"))))
                .isEqualTo(ifCompleted);
        assertThat(condition.holds(new End(true, null))).isEqualTo(ifCompleted);
        assertThat(condition.holds(new End(false, null))).isEqualTo(ifFailed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "1 | 1.0 | true",
                "1.0 | 1 | true",
                "1.50 | 1.5 | true",
                "1e2 | 100 | true",
                "-0.0 | 0 | true",
                "12345678901234567890.1 | 12345678901234567890.2 | false",
                "9007199254740993 | 9007199254740992 | false",
                "[1,{\"a\":2}] | [1.0,{\"a\":2.0}] | true",
                "\"OK\" | \"ok\" | false",
                "\"OK\" | \"OK\" | true",
                "{\"a\":1} | {\"a\":1} | true",
                "{\"a\":1,\"b\":2} | {\"a\":1} | false",
                "{\"a\":1} | {\"a\":1,\"b\":2} | false",
                "{\"a\":1,\"b\":2} | {\"b\":2,\"a\":1} | true",
                "{\"a\":1} | {\"b\":1} | false",
                "{\"a\":null} | {\"b\":null} | false",
                "[1,2] | [2,1] | false",
                "[1,2] | [1] | false",
                "null | null | true",
                "0 | null | false",
                "\"\" | null | false",
                "true | 1 | false",
                "1 | true | false",
                "[true] | [1] | false",
                "false | 0 | false",
                "true | true | true",
                "true | false | false",
                "\"1\" | 1 | false",
                "[] | {} | false"
            })
    void result_equals_is_deep_equality_of_the_whole_with_numbers_by_value(String result, String value, boolean holds) {
        assertThat(read("result_equals", value).holds(completed(result))).isEqualTo(holds);
        assertThat(tree("{\"op\":\"eq\",\"path\":\"\",\"value\":" + value + "}").holds(completed(result)))
                .isEqualTo(holds);
        assertThat(tree("{\"op\":\"ne\",\"path\":\"\",\"value\":" + value + "}").holds(completed(result)))
                .isEqualTo(!holds);
        assertThat(tree("{\"op\":\"in\",\"path\":\"\",\"value\":[\"other\"," + value + "]}")
                        .holds(completed(result)))
                .isEqualTo(holds);
        assertThat(read("result_equals", value).holds(new End(false, Json.parse(result))))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"condition_type\":\"result_equals\"}",
                "{\"condition_type\":\"result_equals\",\"condition_value\":null}"
            })
    void no_result_equals_an_absent_value_and_null(String branch) {
        assertThat(read(branch).holds(new End(true, null))).isTrue();
        assertThat(read(branch).holds(completed("null"))).isTrue();
        assertThat(read(branch).holds(completed("{}"))).isFalse();
        assertThat(read(branch).holds(new End(false, null))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"a\":1} | \"a\" | true",
                "{\"a\":\"x\"} | \"x\" | false",
                "{\"a\":null} | \"a\" | true",
                "{\"a\":{\"b\":1}} | \"b\" | false",
                "\"hello\" | \"ell\" | true",
                "\"hello\" | \"ELL\" | false",
                "\"hello\" | \"\" | true",
                "\"h1\" | 1 | false",
                "[1,2] | 1 | true",
                "[1,2] | 1.0 | true",
                "[1,2] | \"1\" | false",
                "[1,2] | true | false",
                "[[1],2] | [1] | true",
                "[{\"a\":1}] | {\"a\":1} | true",
                "[{\"a\":1,\"b\":2}] | {\"a\":1} | false",
                "{\"a\":1} | [\"a\"] | false",
                "{\"1\":1} | 1 | false",
                "5 | 5 | false",
                "true | true | false",
                "null | \"a\" | false"
            })
    void result_contains_finds_a_key_a_piece_of_text_or_a_member(String result, String value, boolean holds) {
        assertThat(read("result_contains", value).holds(completed(result))).isEqualTo(holds);
        assertThat(tree("{\"op\":\"contains\",\"path\":\"/in\",\"value\":" + value + "}")
                        .holds(completed("{\"in\":" + result + "}")))
                .isEqualTo(holds);
        assertThat(read("result_contains", value).holds(new End(false, Json.parse(result))))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "1 | 2 | <",
                "2 | 1 | >",
                "0.7 | 0.70 | =",
                "0.6999999999999999999 | 0.7 | <",
                "1e300 | 1e-300 | >",
                "-1 | 0 | <",
                "\"a\" | \"b\" | <",
                "\"a\" | \"a\" | =",
                "\"B\" | \"a\" | <",
                "\"a\" | \"aa\" | <",
                "\"10\" | \"9\" | <",
                "\"\uFFFD\" | \"\uD83E\uDD89\" | <",
                "\"1\" | 1 | none",
                "1 | \"1\" | none",
                "true | 1 | none",
                "null | 1 | none",
                "[1] | 1 | none",
                "{\"a\":1} | 1 | none"
            })
    void numbers_and_texts_have_an_order_and_nothing_else_has(String found, String value, String order) {
        End end = completed("{\"x\":" + found + "}");

        assertThat(comparison("gt", value).holds(end)).isEqualTo(order.equals(">"));
        assertThat(comparison("gte", value).holds(end)).isEqualTo(order.equals(">") || order.equals("="));
        assertThat(comparison("lt", value).holds(end)).isEqualTo(order.equals("<"));
        assertThat(comparison("lte", value).holds(end)).isEqualTo(order.equals("<") || order.equals("="));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"a\":1} | \"a\" | true",
                "{\"a\":null} | \"a\" | true",
                "{\"a\":1} | \"A\" | false",
                "[\"a\"] | \"a\" | false",
                "\"a\" | \"a\" | false",
                "null | \"a\" | false"
            })
    void has_key_asks_objects_only(String found, String key, boolean holds) {
        assertThat(comparison("has_key", key).holds(completed("{\"x\":" + found + "}")))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "/a | {\"a\":1} | true",
                "/a | {\"a\":null} | true",
                "/a | {\"b\":1} | false",
                "/a/0/b | {\"a\":[{\"b\":false}]} | true",
                "/a/1 | {\"a\":[0]} | false",
                "/a/- | {\"a\":[0]} | false",
                "/a/00 | {\"a\":[0]} | false",
                "/a/b | {\"a\":\"b\"} | false",
                "/x~1y/~0 | {\"x/y\":{\"~\":1}} | true",
                "/ | {\"\":1} | true",
                "/0 | {\"0\":1} | true",
                "'' | {} | true",
                "'' | false | true",
                "'' | null | false"
            })
    void exists_tells_whether_the_pointed_place_is_there(String path, String result, boolean holds) {
        assertThat(tree("{\"op\":\"exists\",\"path\":\"" + path + "\"}").holds(completed(result)))
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "eq | null | false",
                "ne | null | true",
                "ne | 1 | true",
                "gt | 0 | false",
                "gte | 0 | false",
                "lt | 0 | false",
                "lte | 0 | false",
                "in | [null] | false",
                "contains | null | false",
                "has_key | \"a\" | false",
                "exists | null | false"
            })
    void of_a_place_that_is_not_there_only_ne_holds(String op, String value, boolean holds) {
        Condition condition = comparison(op, value);

        assertThat(condition.holds(completed("{\"y\":1}"))).isEqualTo(holds);
        assertThat(condition.holds(completed("[1]"))).isEqualTo(holds);
        assertThat(condition.holds(new End(true, null))).isEqualTo(holds);
        assertThat(new Condition.Not(condition).holds(completed("{\"y\":1}"))).isEqualTo(!holds);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"op\":\"gte\",\"path\":\"/score\",\"value\":0.7} | true | false",
                "{\"op\":\"ne\",\"path\":\"/score\",\"value\":0.7} | true | true",
                "{\"op\":\"exists\",\"path\":\"/score\"} | true | false",
                "{\"op\":\"exists\",\"path\":\"\"} | true | false",
                "{\"op\":\"eq\",\"path\":\"\",\"value\":null} | false | true",
                "{\"status\":\"FAILED\"} | false | true",
                "{\"status\":\"completed\"} | true | false",
                "{\"not\":{\"status\":\"FAILED\"}} | true | false",
                "{\"any\":[{\"status\":\"FAILED\"},{\"op\":\"gt\",\"path\":\"/score\",\"value\":0.9}]} | false | true",
                "{\"all\":[{\"status\":\"FAILED\"},{\"op\":\"gt\",\"path\":\"/score\",\"value\":0.1}]} | false | false",
                "{\"all\":[{\"status\":\"COMPLETED\"},{\"op\":\"gt\",\"path\":\"/score\",\"value\":0.1}]} | true | false"
            })
    void a_tree_sees_no_result_of_a_failed_task(String tree, boolean ifCompleted, boolean ifFailed) {
        JsonNode result = Json.parse("{\"score\":0.8}");

        assertThat(tree(tree).holds(new End(true, result))).isEqualTo(ifCompleted);
        assertThat(tree(tree).holds(new End(false, result))).isEqualTo(ifFailed);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true, true", "1, 2, false, true", "2, 1, false, true", "2, 2, false, false"})
    void all_and_any_join_their_conditions(String a, String b, boolean all, boolean any) {
        String both = "[{\"op\":\"eq\",\"path\":\"/a\",\"value\":1},{\"op\":\"eq\",\"path\":\"/b\",\"value\":1}]";
        End end = completed("{\"a\":" + a + ",\"b\":" + b + "}");

        assertThat(tree("{\"all\":" + both + "}").holds(end)).isEqualTo(all);
        assertThat(tree("{\"any\":" + both + "}").holds(end)).isEqualTo(any);
        assertThat(tree("{\"not\":{\"any\":" + both + "}}").holds(end)).isEqualTo(!any);
    }

    @Test
    void floating_point_that_an_action_returned_counts_by_its_text() {
        Condition condition = new Comparison(Op.EQ, JsonPointer.empty(), Json.parse("0.7"));

        assertThat(condition.holds(new End(true, Json.nodes().numberNode(0.7f))))
                .isTrue();
        assertThat(condition.holds(new End(true, Json.nodes().numberNode(0.7d))))
                .isTrue();
        assertThat(condition.holds(new End(true, Json.nodes().numberNode(Double.NaN))))
                .isFalse();
        assertThat(condition.holds(new End(true, Json.nodes().numberNode(Float.POSITIVE_INFINITY))))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"condition_type\":\"success\"} | success",
                "{\"condition_type\":\"failure\"} | failure",
                "{\"condition_type\":\"result_equals\",\"condition_value\":\"YES\"} | result == \"YES\"",
                "{\"condition_type\":\"result_equals\"} | result == null",
                "{\"condition_type\":\"result_contains\",\"condition_value\":\"a\"} | result contains \"a\""
            })
    void each_type_is_described(String branch, String words) {
        assertThat(read(branch).describe()).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"op\":\"gte\",\"path\":\"/score\",\"value\":0.7} | result /score >= 0.7",
                "{\"op\":\"ne\",\"path\":\"/a~1b\",\"value\":{\"x\":[1]}} | result /a~1b != {\"x\":[1]}",
                "{\"op\":\"gt\",\"path\":\"\",\"value\":1} | result > 1",
                "{\"op\":\"lt\",\"path\":\"\",\"value\":1} | result < 1",
                "{\"op\":\"lte\",\"path\":\"\",\"value\":1} | result <= 1",
                "{\"op\":\"in\",\"path\":\"/x\",\"value\":[1,\"a\"]} | result /x in [1,\"a\"]",
                "{\"op\":\"has_key\",\"path\":\"/x\",\"value\":\"k\"} | result /x has key \"k\"",
                "{\"op\":\"exists\",\"path\":\"/x\"} | result /x exists",
                "{\"status\":\"COMPLETED\"} | success",
                "{\"not\":{\"status\":\"FAILED\"}} | not failure",
                "{\"all\":[{\"status\":\"COMPLETED\"},{\"any\":[{\"op\":\"exists\",\"path\":\"/a\"},{\"op\":\"exists\",\"path\":\"/b\"}]}]} | success and (result /a exists or result /b exists)",
                "{\"not\":{\"all\":[{\"status\":\"FAILED\"},{\"status\":\"COMPLETED\"}]}} | not (failure and success)",
                "{\"any\":[{\"status\":\"FAILED\"}]} | failure"
            })
    void a_tree_is_described_as_it_is_read(String tree, String words) {
        assertThat(tree(tree).describe()).isEqualTo(words);
    }

    @Test
    void a_description_has_at_most_80_characters() {
        String ofLength80 = "x".repeat(80 - "result == \"\"".length());

        assertThat(read("result_equals", "\"" + ofLength80 + "\"").describe())
                .hasSize(80)
                .endsWith("x\"");
        assertThat(read("result_equals", "\"" + ofLength80 + "x\"").describe())
                .hasSize(80)
                .endsWith("x…");
        assertThat(read("result_equals", "\"" + ofLength80.substring(1) + "\uD83E\uDD89\uD83E\uDD89\"")
                        .describe())
                .hasSize(80)
                .endsWith("\uFFFD…");
    }

    private static End completed(String result) {
        return new End(true, Json.parse(result));
    }

    private static Condition comparison(String op, String value) {
        return tree("{\"op\":\"" + op + "\",\"path\":\"/x\",\"value\":" + value + "}");
    }

    private static Condition tree(String tree) {
        return read("when", tree);
    }

    private static Condition read(String type, @Nullable String value) {
        return read("{\"condition_type\":\"" + type + "\",\"condition_value\":" + value + "}");
    }

    private static Condition read(String branch) {
        return Fields.readAll(Json.parse(branch), ConditionReader::read);
    }
}
