package escapement.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678901234567890.123456789012345678901",
                "0.1",
                "1.50",
                "-0.000000000000000000000000000001",
                "123456789012345678901234567890"
            })
    void numbers_come_out_as_they_went_in(String number) {
        assertThat(Json.write(parse(number))).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"a\":2} | Duplicate",
                "{\"a\":1} x | x",
                "{\"a\":1}{} | trailing",
                "{'a':1} | '",
                "{\"a\":} | '}'",
                "{\"a\":NaN} | NaN",
                "[1,2 | end-of-input",
                "\"abc | end-of-input",
                "{\"a\":01} | zero",
            })
    void what_is_not_exactly_one_json_value_is_refused_with_the_place(String text, String named) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("the body is not valid JSON: ")
                .hasMessageContaining("line 1")
                .satisfies(e -> assertThat(e.getMessage().toLowerCase(java.util.Locale.ROOT))
                        .contains(named.toLowerCase(java.util.Locale.ROOT)))
                .hasMessageNotContaining("Source");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t"})
    void an_empty_body_is_refused_in_words(String text) {
        assertThatThrownBy(() -> parse(text)).hasMessageContaining("the body is empty: send one JSON object");
    }

    @Test
    void bytes_that_are_no_utf_8_are_refused() {
        assertThatThrownBy(() -> Json.parseInput(new byte[] {'"', (byte) 0xFF, '"'}))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void bottomless_nesting_is_refused_before_it_is_built() {
        assertThatThrownBy(() -> parse("[".repeat(1_000_000)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("depth");
    }

    @Test
    void a_number_of_more_than_a_thousand_digits_is_refused() {
        assertThat(parse("9".repeat(1000)).isNumber()).isTrue();
        assertThatThrownBy(() -> parse("9".repeat(1001))).isInstanceOf(InvalidInputException.class);
    }

    private static com.fasterxml.jackson.databind.JsonNode parse(String text) {
        return Json.parseInput(text.getBytes(StandardCharsets.UTF_8));
    }
}
