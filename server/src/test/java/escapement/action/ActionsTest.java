package escapement.action;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import escapement.support.TestAction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionsTest {
    @Test
    void two_actions_of_one_name_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Actions(List.of(TestAction.noop("mail"), TestAction.noop("mail"))))
                .withMessage("two actions are named 'mail'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "send mail", "é", "a/b", "0123456789012345678901234567890123456789012345678901234567890123x"
            })
    void a_name_that_no_task_could_ask_for_is_refused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Actions(List.of(TestAction.noop(name))))
                .withMessageContaining("'" + name + "'")
                .withMessageContaining("letters, digits and _ . : -");
    }
}
