package escapement.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import escapement.json.Json;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a schema marks, found in parameters. */
class SensitiveFieldsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'properties':{'a':W,'b':{}}}                                | {'a':1,'b':2}          | /a",
                "{'properties':{'a':{'properties':{'x/y':W}}}}                 | {'a':{'x/y':1,'z':2}}  | /a/x~1y",
                "{'patternProperties':{'^[Kk]ey$':W},'additionalProperties':{}} | {'key':1,'keys':2}    | /key",
                "{'properties':{'a':{}},'additionalProperties':W}              | {'a':1,'b':2}          | /b",
                "{'properties':{'a':{'items':W}}}                              | {'a':[1,2]}            | /a/0 /a/1",
                "{'properties':{'a':{'prefixItems':[{},W],'items':{}}}}        | {'a':[1,2,3]}          | /a/1",
                "{'anyOf':[{'properties':{'a':W}},{'required':['b']}]}         | {'a':1,'b':2}          | /a",
                "{'if':{'required':['b']},'else':{'properties':{'a':W}}}       | {'a':1,'b':2}          | /a",
                "{'$defs':{'s':W},'properties':{'a':{'$ref':'#/$defs/s'}}}     | {'a':1,'b':2}          | /a",
                "{'properties':{'a':W,'n':{'$ref':'#'}}}                       | {'n':{'n':{'a':1}}}    | /n/n/a",
                "{'writeOnly':true}                                            | {'a':1}                | ``",
                "{'properties':{'writeOnly':true,'a':{'writeOnly':false}}}     | {'a':1,'writeOnly':1}  | NONE"
            })
    void a_mark_is_found_wherever_it_may_apply(String schema, String params, String places) {
        Set<String> expected = places.equals("NONE")
                ? Set.of()
                : Stream.of(places.split(" ", -1)).collect(Collectors.toSet());

        assertThat(new SensitiveFields(Json.parse(json(schema))).in(Json.parse(json(params))))
                .isEqualTo(expected);
    }

    @Test
    void a_schema_that_refers_to_itself_without_end_is_left() {
        SensitiveFields fields = new SensitiveFields(Json.parse(json("{'$ref':'#','properties':{'a':W}}")));

        assertThat(fields.in(Json.parse("{\"a\":1}"))).containsExactly("/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://example.org/s", "#anchor", "#/$defs/none"})
    void a_mark_that_might_hide_behind_a_reference_is_refused(String reference) {
        assertThatThrownBy(() -> SensitiveFields.refuseUnsupported(
                        Json.parse(json("{'properties':{'a':W,'b':{'$ref':'" + reference + "'}}}"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reference);
        SensitiveFields.refuseUnsupported(Json.parse(json("{'properties':{'b':{'$ref':'" + reference + "'}}}")));
    }

    private static String json(String text) {
        return text.replaceAll("\\bW\\b", "{'writeOnly':true}").replace('\'', '"');
    }
}
