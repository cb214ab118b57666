package escapement.action;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"to\":7}                 | {\"dry_run\":true,\"to\":7}",
                "{\"dry_run\":false,\"to\":7} | {\"dry_run\":true,\"to\":7}",
                "{}                       | {\"dry_run\":true}",
                "[1]                      | {\"dry_run\":true,\"plan\":[1]}",
                "\"pay\"                  | {\"dry_run\":true,\"plan\":\"pay\"}",
                "false                    | {\"dry_run\":true,\"plan\":false}",
                "null                     | {\"dry_run\":true}"
            })
    void the_result_of_a_dry_run_is_an_object_that_says_so(String plan, String result) {
        assertThat(Json.write(Outcome.DryRun.of(Json.parse(plan)).result())).isEqualTo(result);
    }

    @Test
    void no_plan_is_a_plan_that_says_nothing() {
        assertThat(Outcome.DryRun.of(null)).isEqualTo(Outcome.DryRun.of(Json.parse("{}")));
    }

    @Test
    void the_action_s_own_object_is_left_as_it_is() {
        ObjectNode plan = Json.nodes().objectNode().put("dry_run", "maybe");

        Outcome.DryRun dryRun = new Outcome.DryRun(plan);

        assertThat(plan.path("dry_run").textValue()).isEqualTo("maybe");
        assertThat(dryRun.result().path("dry_run").booleanValue()).isTrue();
    }
}
