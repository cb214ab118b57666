package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import escapement.json.Json;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class ResultTextTest {
    private static final JsonNodeFactory nodes = Json.nodes();

    @Test
    void an_ordinary_result_stays_as_it_is() {
        String result = "{\"price\":12345678901234567890.123456789012345678901,\"ok\":true,\"name\":\"Zoë 🦉\"}";

        assertThat(ResultText.of(Json.parse(result))).isEqualTo(result);
    }

    @Test
    void odd_characters_are_replaced_also_in_names() {
        JsonNode result = nodes.objectNode().put("a\0", "b\uDC00");

        assertThat(ResultText.of(result)).isEqualTo("{\"a\uFFFD\":\"b\uFFFD\"}");
    }

    @Test
    void what_is_no_number_becomes_text() {
        JsonNode result = nodes.arrayNode()
                .add(Double.NaN)
                .add(Double.POSITIVE_INFINITY)
                .add(new BigDecimal("1e400"))
                .add(Float.NaN);

        assertThat(ResultText.of(result)).isEqualTo("[\"NaN\",\"Infinity\",\"1E+400\",\"NaN\"]");
    }

    @Test
    void what_lies_deeper_than_64_levels_is_replaced_by_a_note() {
        JsonNode deep = nodes.textNode("bottom");
        for (int i = 0; i < 100_000; i++) {
            deep = nodes.arrayNode().add(deep);
        }

        assertThat(ResultText.of(deep)).contains("nested deeper than 64 levels").hasSizeLessThan(300);
    }

    @Test
    void a_result_of_a_million_characters_is_kept() {
        String text = "x".repeat(ResultText.MAX_CHARS - 2);

        assertThat(ResultText.of(nodes.textNode(text))).isEqualTo('"' + text + '"');
    }

    @Test
    void of_a_larger_result_the_beginning_is_kept_with_the_length_it_had() {
        ArrayNode large = nodes.arrayNode().add("y".repeat(5_000_000));

        JsonNode kept = Json.parse(ResultText.of(large));

        assertThat(kept.path("truncated").booleanValue()).isTrue();
        assertThat(kept.path("original_characters").intValue()).isEqualTo(5_000_004);
        assertThat(kept.path("beginning").textValue()).hasSize(100_000).startsWith("[\"yyy");
    }
}
