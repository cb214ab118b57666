package escapement.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.json.Fault;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a schema can say of parameters while some of their values are unknown yet. */
class ParamsSchemaTest {
    private static final String REFERENCE = "{\"$result\":{\"task\":\"fetch\",\"path\":\"/x\"}}";
    private static final ParamsSchema REQUEST = ParamsSchema.of("""
            {"type": "object", "required": ["url"], "additionalProperties": false,
             "properties": {
               "method": {"enum": ["GET", "POST"]},
               "url": {"type": "string", "pattern": "^https?://"},
               "headers": {"type": "object", "maxProperties": 2, "required": ["Accept"],
                           "additionalProperties": {"type": "string"}},
               "expected_status": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "integer"}},
               "body": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]},
               "a/b": {"type": "integer"}}}""");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'url':R} | /url",
                "{'url':R,'method':R,'headers':R,'expected_status':R,'body':R,'a/b':R} | /url /method /headers /expected_status /body /a~1b",
                "{'url':'http://x','headers':{'Accept':R}} | /headers/Accept",
                "{'url':'http://x','expected_status':[200,R]} | /expected_status/1",
                "{'url':'http://x','expected_status':[R,R]} | /expected_status/0 /expected_status/1",
                "{'url':'http://x','body':[R]} | /body/0"
            })
    void a_reference_counts_as_given_and_right(String params, String references) {
        assertThat(check(REQUEST, params, references)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'method':R} | /method | /url",
                "{'url':R,'typo':R} | /url /typo | /typo",
                "{'url':'ftp://x','body':R} | /body | /url",
                "{'url':R,'method':'PUT'} | /url | /method",
                "{'url':R,'headers':{'Accept':'x','B':'y','C':R}} | /url /headers/C | /headers",
                "{'url':R,'headers':{'B':R}} | /url /headers/B | /headers/Accept",
                "{'url':R,'headers':{'Accept':1,'B':R}} | /url /headers/B | /headers/Accept",
                "{'url':R,'expected_status':[R]} | /url /expected_status/0 | /expected_status",
                "{'url':R,'expected_status':['x',R]} | /url /expected_status/1 | /expected_status/0",
                "{'url':R,'expected_status':[200,200]} | /url | /expected_status",
                "{'url':R,'url2':1} | /url | /url2"
            })
    void what_is_wrong_whatever_the_references_stand_for_is_told(String params, String references, String fault) {
        assertThat(check(REQUEST, params, references)).containsOnly(fault);
    }

    @Test
    void a_fault_of_alternatives_that_no_reference_touches_is_told() {
        assertThat(check(REQUEST, "{'url':R,'body':true}", "/url")).contains("/body");
    }

    @Test
    void only_what_is_named_as_a_reference_counts_as_one() {
        assertThat(check(REQUEST, "{'url':R}", "")).contains("/url");
        assertThat(check(REQUEST, "{'url':R,'a/b':R}", "/url")).contains("/a~1b");
        assertThat(check(REQUEST, "{'url':{'url':R}}", "/url/url")).contains("/url");
    }

    @Test
    void alternatives_above_a_reference_are_left_open() {
        ParamsSchema either = ParamsSchema.of("""
                {"oneOf": [{"properties": {"kind": {"const": "a"}}, "required": ["kind", "x"]},
                           {"properties": {"kind": {"const": "b"}}, "required": ["kind", "y"]}]}""");

        assertThat(check(either, "{'kind':R,'y':1}", "/kind")).isEmpty();
        assertThat(check(either, "{'kind':'c','y':1}", "")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'if':{'properties':{'kind':{'const':'a'}}},'then':{'required':['x']},'else':{'required':['y']}} | {'kind':R} | /kind",
                "{'not':{'required':['kind'],'properties':{'kind':{'type':'object'}}}} | {'kind':R} | /kind",
                "{'properties':{'list':{'contains':{'type':'integer'}}}} | {'list':['x',R]} | /list/1",
                "{'properties':{'pair':{'enum':[[1,2],[3,4]]}}} | {'pair':[1,R]} | /pair/1",
                "{'properties':{'pair':{'const':{'a':1}}}} | {'pair':{'a':R}} | /pair/a",
                "{'anyOf':[{'properties':{'a':{'type':'integer'}}},{'required':['b']}]} | {'a':R} | /a",
                "{'anyOf':[{'$ref':'#/$defs/one'}],'$defs':{'one':{'required':['b']}}} | {'a':R} | /a",
                "{'unevaluatedProperties':false,'anyOf':[{'properties':{'a':{'type':'integer'},'b':true}}]} | {'a':R,'b':1} | /a"
            })
    void what_only_the_value_can_decide_is_left_open(String schema, String params, String references) {
        ParamsSchema undecided = ParamsSchema.of(json(schema));

        assertThat(check(undecided, params, references)).isEmpty();
        assertThat(check(undecided, params, "")).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'allOf':[{'required':['b']}]} | {'a':R} | /a | /b",
                "{'properties':{'ab':{'type':'integer'}}} | {'a':R,'ab':'x'} | /a | /ab",
                "{'$ref':'#/$defs/one','$defs':{'one':{'required':['b']}}} | {'a':R} | /a | /b",
                "{'properties':{'not':{'properties':{'x':{'type':'integer'}}}}} | {'not':{'x':'y','z':R}} | /not/z | /not/x",
                "{'patternProperties':{'^oneOf':{'required':['b']}}} | {'oneOf1':{'a':R}} | /oneOf1/a | /oneOf1/b",
                "{'properties':{'l':{'prefixItems':[{'anyOf':[{'type':'integer'}]}]}}} | {'l':['x',R]} | /l/1 | /l/0",
                "{'additionalProperties':{'anyOf':[{'type':'integer'}]}} | {'l':'x','m':R} | /m | /l"
            })
    void a_fault_beside_a_reference_is_told(String schema, String params, String references, String fault) {
        assertThat(check(ParamsSchema.of(json(schema)), params, references)).containsOnly(fault);
    }

    @Test
    void a_schema_that_accepts_anything_accepts_references() {
        assertThat(check(ParamsSchema.of(null), "{'a':R}", "/a")).isEmpty();
    }

    private static List<String> check(ParamsSchema schema, String params, String references) {
        String text = json(params.replace("R", "\u0001")).replace("\u0001", REFERENCE);
        Set<String> pointers = references.isEmpty() ? Set.of() : Set.of(references.split(" "));
        return schema.check(text, "", pointers).stream().map(Fault::path).toList();
    }

    private static String json(String withSingleQuotes) {
        return withSingleQuotes.replace('\'', '"');
    }
}
