package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a person decides on the page is what the server does. */
class DecisionsE2eTest extends PageTest {
    @Test
    void approving_with_a_reason_lets_it_run() {
        String id = held("Pay the refund of order 4711");
        Tab tab = tab().open("/approvals/" + id);

        tab.button("Approve…").click();
        assertThat(tab.dialog()).containsText("It starts at once, and it runs for real.");
        tab.field("Reason").fill("the parcel was scanned in Leipzig");
        tab.dialog().locator("button.primary").click();

        assertThat(tab.find(".told")).hasText("Approved: Pay the refund of order 4711. See how it goes on");
        server.await(id, "COMPLETED");
        assertThat(said(id).path("verdict").textValue()).isEqualTo("APPROVE");
        assertThat(said(id).path("reason").textValue()).isEqualTo("the parcel was scanned in Leipzig");
        tab.link("See how it goes on").click();
        assertThat(tab.find(".screen-head .status")).hasText("Completed");
    }

    @Test
    void nothing_is_decided_without_a_reason() {
        String id = held("Pay the refund of order 4712");
        Tab tab = tab().open("/approvals/" + id);

        tab.button("Approve…").click();
        tab.dialog().locator("button.primary").click();

        assertThat(tab.dialog()).isVisible();
        tab.press("Escape");
        assertThat(tab.dialog()).hasCount(0);
        assertThat(server.task(id).path("status").textValue()).isEqualTo("DEFERRED");
    }

    @Test
    void a_key_in_the_moment_in_which_a_question_closes_asks_the_next() {
        Tab tab = tab().open("/approvals/" + held("Pay the refund of order 4713"));
        tab.button("Approve…").click();
        tab.field("Reason").fill("it is due");

        tab.page().evaluate("""
                document.querySelector('dialog[open]').close();
                dispatchEvent(new KeyboardEvent('keydown', { key: 'r' }));""");

        assertThat(tab.dialog()).containsText("It ends SKIPPED and never runs.");
        assertThat(tab.field("Reason")).hasValue("");
    }

    @Test
    void a_keyboard_is_enough_to_reject_and_no_single_key_does_it() {
        String id = held("Drop the old archive");
        Tab tab = tab().open("/approvals/" + id);
        assertThat(tab.button("Reject…")).isVisible();

        tab.press("r");
        assertThat(tab.dialog()).containsText("It ends SKIPPED and never runs.");
        assertThat(server.task(id).path("status").textValue()).isEqualTo("DEFERRED");
        tab.page().keyboard().type("it is still needed");
        tab.press("Enter");

        assertThat(tab.find(".told")).containsText("Rejected: Drop the old archive");
        JsonNode task = server.await(id, "SKIPPED");
        assertThat(task.path("reason").textValue()).endsWith("it is still needed");
        assertThat(task.path("attempt_count").intValue()).isZero();
    }

    @Test
    void approved_as_a_dry_run_it_only_says_what_it_would_do() {
        String id = held("Mail all customers");
        Tab tab = tab().open("/approvals/" + id);
        assertThat(tab.button("Reject…")).isVisible();

        tab.press("d");
        assertThat(tab.dialog()).containsText("it only says what it would do");
        tab.page().keyboard().type("first a look");
        tab.press("Enter");

        assertThat(tab.find(".told")).containsText("Approved as dry run");
        assertThat(server.await(id, "COMPLETED").at("/result/dry_run").booleanValue())
                .isTrue();
    }

    @Test
    void a_higher_confidence_makes_the_gate_decide_anew() {
        String id = held("Restart the cluster");
        Tab tab = tab().open("/approvals/" + id);

        tab.button("Change confidence…").click();
        tab.field("Confidence").fill("0.95");
        tab.field("Reason").fill("looked at it");
        tab.button("Change").last().click();

        assertThat(tab.find(".told")).containsText("Confidence changed");
        server.await(id, "COMPLETED");
    }

    @Test
    void who_comes_second_is_told_who_was_first() {
        String id = held("Move the mail server");
        Tab tab = tab().expect(409).open("/approvals/" + id);
        tab.button("Approve…").click();
        tab.field("Reason").fill("it is time");

        server.post("/api/v1/tasks/" + id + "/reject", "{\"reason\":\"not today\"}")
                .is(200);
        tab.dialog().locator("button.primary").click();

        assertThat(tab.dialog().locator(".form-error")).containsText("SKIPPED");
        tab.press("Escape");
        assertThat(tab.find(".over")).containsText(Pattern.compile("Rejected by local.*not today"));
    }

    private String held(String description) {
        String id = server.submit(
                "{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.5,\"description\":\"%s\"}"
                        .formatted(description));
        server.await(id, "DEFERRED");
        return id;
    }

    private JsonNode said(String id) {
        return server.get("/api/v1/tasks/" + id + "/decisions").is(200).json().at("/approvals/0");
    }
}
