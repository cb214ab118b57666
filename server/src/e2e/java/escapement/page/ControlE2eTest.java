package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import escapement.support.Eventually;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What an operator stops, starts and repeats on the page. */
class ControlE2eTest extends PageTest {
    @Test
    void locked_in_one_tab_every_tab_says_so_on_every_screen_until_somebody_unlocks() {
        Tab tab = tab().open("/");
        Tab other = another(tab).open("/nodes");
        other.seesScreen("Nodes");

        tab.button("Lock").click();
        tab.field("Reason").fill("the payment provider is down");
        tab.field("Your name").fill("Ada");
        tab.dialog().locator("button.primary").click();

        for (Tab each : new Tab[] {tab, other}) {
            assertThat(each.find(".banner-stop"))
                    .containsText(Pattern.compile("Locked: no task starts\\..*By Ada.*the payment provider is down"));
        }
        assertThat(server.get("/api/v1/mode").json().path("mode").textValue()).isEqualTo("LOCKED");
        String id = server.submit("{\"action_name\":\"echo\"}");
        assertThat(other.find(".banner-stop")).containsText("1 ready task held back");
        other.go("/reports");
        assertThat(other.find(".banner-stop")).isVisible();

        other.button("Unlock").click();
        other.field("Reason").fill("it is back");
        other.field("Your name").fill("Ben");
        other.dialog().locator("button.primary").click();

        assertThat(other.find(".banner-stop")).hasCount(0);
        assertThat(tab.find(".banner-stop")).hasCount(0);
        server.await(id, "COMPLETED");
    }

    @Test
    void in_dry_runs_tasks_only_say_what_they_would_do_until_somebody_goes_live() {
        Tab tab = tab().open("/");

        tab.button("Lock").click();
        tab.dialog().locator("[value=DRY_RUN]").check();
        tab.field("Reason").fill("the new provider is tried out");
        tab.field("Your name").fill("Ada");
        tab.dialog().locator("button.primary").click();

        assertThat(tab.find(".banner-warn"))
                .containsText(Pattern.compile("Dry run: tasks only say.*By Ada.*the new provider is tried out"));
        String dry = server.submit("{\"action_name\":\"echo\"}");
        assertThat(server.await(dry, "COMPLETED").at("/result/dry_run").booleanValue())
                .isTrue();

        tab.button("Go live").click();
        tab.field("Reason").fill("it does well");
        tab.dialog().locator("button.primary").click();

        assertThat(tab.find(".banner-warn")).hasCount(0);
        String real = server.submit("{\"action_name\":\"echo\"}");
        assertThat(server.await(real, "COMPLETED").at("/result/dry_run").isMissingNode())
                .isTrue();
    }

    @Test
    void a_paused_queue_starts_nothing_until_it_is_resumed() {
        server.await(server.submit("{\"action_name\":\"echo\",\"queue\":\"letters\"}"), "COMPLETED");
        Tab tab = tab().open("/");
        Locator row = tab.find("table.queues tr").filter(new Locator.FilterOptions().setHasText("letters"));

        row.getByText("Pause").click();
        tab.field("Reason").fill("the printer is out of paper");
        tab.dialog().locator("button.primary").click();
        assertThat(row).containsText("paused");
        String id = server.submit("{\"action_name\":\"echo\",\"queue\":\"letters\"}");
        assertThat(tab.find(".waits")).containsText("the printer is out of paper");
        assertThat(row.locator("td").first()).hasText("1");
        assertThat(server.task(id).path("status").textValue()).isEqualTo("PENDING");

        row.getByText("Resume").click();
        tab.dialog().locator("button.primary").click();

        assertThat(row).not().containsText("paused");
        server.await(id, "COMPLETED");
    }

    @Test
    void all_that_failed_alike_are_retried_at_once_after_a_count() {
        server.submitMany(
                12,
                "{\"action_name\":\"fail\",\"action_params\":{\"message\":\"no connection to the"
                        + " ledger\"},\"max_attempts\":1}");
        server.awaitCount(Duration.ofSeconds(15), "FAILED", 12);
        Tab tab = tab().open("/");
        Locator group = tab.find(".failing");
        assertThat(group).containsText("no connection to the ledger");

        group.getByText("Retry all…").first().click(); // of the action; the next is of one of its errors
        assertThat(tab.dialog()).containsText("12 tasks of fail are FAILED");
        tab.field("Reason").fill("the ledger is back");
        tab.button("Retry 12 tasks").click();

        assertThat(group).containsText(Pattern.compile("12 of 12|12 tasks"));
        Eventually.within(
                Duration.ofSeconds(15),
                () -> assertThat(
                                server.get("/api/v1/tasks?status=FAILED").json().path("items"))
                        .hasSize(12)
                        .allSatisfy(
                                task -> assertThat(task.path("attempt_count").intValue())
                                        .isEqualTo(2)));
    }

    @Test
    void a_form_says_at_each_field_what_is_wrong_and_then_submits() {
        Tab tab = tab().expect(400).open("/submit");

        tab.field("Action").fill("two words");
        tab.field("Confidence").fill("1.5");
        tab.button("Submit the task").click();
        assertThat(tab.find("[name=action_name]")).hasAttribute("aria-invalid", "true");
        assertThat(tab.find("[name=confidence_score]")).hasAttribute("aria-invalid", "true");
        assertThat(tab.find(".field-error")).hasCount(2);

        tab.field("Action").fill("echo");
        tab.field("Parameters").fill("{\"value\": 9007199254740993");
        tab.field("Confidence").fill("0.9");
        tab.button("Submit the task").click();
        assertThat(tab.find("[name=action_params]")).hasAttribute("aria-invalid", "true");
        assertThat(tab.find(".field-error")).hasCount(1);

        tab.field("Parameters").fill("{\"value\": 9007199254740993}");
        tab.field("Description").fill("A large number");
        tab.press("Enter");

        tab.seesScreen("A large number");
        assertThat(tab.find(".screen-head .status")).hasText("Completed");
        assertThat(tab.find("pre").first()).containsText("9007199254740993");
    }
}
