package escapement.follow;

import static org.assertj.core.api.Assertions.assertThat;

import escapement.follow.JournalStore.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
    @ParameterizedTest
    @ValueSource(strings = {"0-0", "749-17", "18446744073709551615-9223372036854775807"})
    void what_it_writes_it_reads(String text) {
        assertThat(Position.parse(text)).hasToString(text);
    }

    @Test
    void it_reads_a_transaction_and_a_number() {
        assertThat(Position.parse("749-17")).isEqualTo(new Position("749", 17));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "1",
                "1-",
                "-1",
                "1-x",
                "x-1",
                "1-1-1",
                "1--1",
                "1-+1",
                "+1-1",
                " 1-1",
                "1-1 ",
                "١-1",
                "1-١",
                "18446744073709551616-0",
                "1-9223372036854775808",
                "1'; drop table x; --",
                "00000000000000000000000000001-1"
            })
    void anything_else_is_no_position(String text) {
        assertThat(Position.parse(text)).isNull();
    }
}
