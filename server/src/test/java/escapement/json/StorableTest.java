package escapement.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorableTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[null,true,1,-1.5]",
                "{\"a/b\":[{\"~\":\"🦉 שלום \\\"quoted\\\" \\\\ \\u0001\"}]}",
                "1e308",
                "-1e308",
                "1e-999",
                "12345678901234567890.123456789012345678901"
            })
    void what_postgresql_can_hold_has_no_fault(String json) {
        assertThat(faults(Json.parse(json))).isEmpty();
    }

    @Test
    void nul_is_found_with_its_path_also_in_a_name() {
        List<Fault> faults = faults(Json.parse("{\"a/b\":[1,\"x\\u0000\"],\"c~\\u0000\":1}"));

        assertThat(faults).extracting(Fault::path).containsExactly("/a~1b/1", "/c~0\0");
        assertThat(faults.getFirst().message()).contains("NUL").contains("position 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\uD83E", "\\uDD89", "\\uD83Ex", "\\uD83E\\uD83E\\uDD89", "\\uDD89\\uD83E"})
    void half_of_a_surrogate_pair_is_found(String half) {
        List<Fault> faults = faults(Json.parse("[\"ok\",\"" + half + "\"]"));

        assertThat(faults).hasSize(1);
        assertThat(faults.getFirst().path()).isEqualTo("/1");
        assertThat(faults.getFirst().message()).contains("surrogate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e309", "1e400", "-1e400", "1e999999999", "1e-1001", "1e-999999999"})
    void a_number_that_is_too_large_or_too_fine_is_found(String number) {
        List<Fault> faults = faults(Json.parse("[" + number + "]"));

        assertThat(faults).extracting(Fault::path).containsExactly("/0");
        assertThat(faults.getFirst().message()).contains("1e308").contains("1000 decimals");
    }

    @Test
    void whole_numbers_of_hundreds_of_digits_are_found() {
        JsonNode number = Json.nodes().numberNode(BigInteger.TEN.pow(309));

        assertThat(faults(number)).hasSize(1);
    }

    @Test
    void doubles_that_are_no_numbers_are_found() {
        assertThat(faults(Json.nodes().numberNode(Double.NaN))).hasSize(1);
        assertThat(faults(Json.nodes().numberNode(Float.NEGATIVE_INFINITY))).hasSize(1);
    }

    @Test
    void the_64th_level_is_the_last() {
        assertThat(faults(nested(Json.MAX_DEPTH))).isEmpty();
        assertThat(faults(nested(Json.MAX_DEPTH + 1)))
                .singleElement()
                .satisfies(fault -> assertThat(fault.message()).contains("64 levels"));
    }

    @Test
    void mending_replaces_what_cannot_be_stored_and_leaves_the_rest() {
        JsonNode odd = Json.nodes()
                .arrayNode()
                .add("a\0b\uD800")
                .add(new BigDecimal("1e400"))
                .add("🦉")
                .add(new BigDecimal("1.50"));

        JsonNode mended = Storable.mend(odd);

        assertThat(Json.write(mended)).isEqualTo("[\"a\uFFFDb\uFFFD\",\"1E+400\",\"🦉\",1.50]");
        assertThat(faults(mended)).isEmpty();
    }

    @Test
    void mending_what_is_sound_copies_nothing() {
        JsonNode sound = Json.parse("{\"a\":[1,\"x\"]}");

        assertThat(Storable.mend(sound)).isSameAs(sound);
    }

    @Test
    void a_text_is_cut_to_its_length_and_no_half_character_is_left() {
        assertThat(Storable.mend("abcdef", 6)).isEqualTo("abcdef");
        assertThat(Storable.mend("abcdefg", 6)).isEqualTo("abcde…");
        assertThat(Storable.mend("abcd🦉fg", 6)).isEqualTo("abcd\uFFFD…");
    }

    @Test
    void a_value_quoted_in_a_message_has_at_most_100_characters() {
        assertThat(Storable.shorten("x".repeat(100))).hasSize(100).endsWith("x");
        assertThat(Storable.shorten("x".repeat(101))).hasSize(100).endsWith("…");
    }

    private static JsonNode nested(int levels) {
        JsonNode node = Json.nodes().numberNode(1);
        for (int i = 0; i < levels; i++) {
            node = Json.nodes().arrayNode().add(node);
        }
        return node;
    }

    private static List<Fault> faults(JsonNode node) {
        List<Fault> faults = new ArrayList<>();
        Storable.check(node, "", faults);
        return faults;
    }
}
