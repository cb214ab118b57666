package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import escapement.support.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The list of tasks: filter, counts, keyboard, peek, ticks, operations, columns; and the palette. */
class TasksE2eTest extends PageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void a_filter_is_typed_with_suggestions_stands_in_the_address_and_is_left_by_going_back() {
        String failed = fail("typed");
        String waiting = later("typed", "");
        Tab tab = tab().open("/tasks?queue=typed");
        assertThat(rows(tab)).hasCount(2);

        tab.press("/");
        tab.page().keyboard().press("End");
        tab.page().keyboard().type(" sta");
        tab.press("ArrowDown");
        tab.press("Enter");
        tab.page().keyboard().type("fai");
        tab.press("ArrowDown");
        tab.press("Enter");

        assertThat(rows(tab)).hasCount(1);
        assertThat(rows(tab)).containsText(failed);
        assertThat(tab.page()).hasURL(Pattern.compile("status=FAILED"));
        assertThat(tab.field("Filter")).hasValue("status:FAILED queue:typed");
        tab.page().goBack();
        assertThat(rows(tab)).hasCount(2);
        assertThat(tab.field("Filter")).hasValue("queue:typed");
        assertThat(tab.find("tbody")).containsText(waiting);
    }

    @Test
    void a_suggestion_is_taken_with_the_mouse() {
        later("clicked", "");
        Tab tab = tab().open("/tasks");

        tab.field("Filter").click();
        option(tab, "queue:").click();
        tab.page().keyboard().type("click");
        option(tab, "queue:clicked").click();

        assertThat(rows(tab)).hasCount(1);
        tab.button("Clear").click();
        assertThat(tab.page()).hasURL(Pattern.compile("#/tasks$"));
    }

    @Test
    void a_term_that_makes_no_sense_is_explained_and_changes_nothing() {
        later("faults", "");
        Tab tab = tab().open("/tasks?queue=faults");
        assertThat(rows(tab)).hasCount(1);

        tab.field("Filter").fill("queue:faults confidence:high colour:red status:broken");
        tab.field("Filter").press("Enter");

        Locator said = tab.find(".filter-bar [role=alert]");
        assertThat(said).containsText("confidence:high is no span");
        assertThat(said).containsText("There is no filter “colour:”");
        assertThat(said).containsText("status:broken is not known");
        assertThat(tab.page()).hasURL(Pattern.compile("queue=faults$"));
        tab.isAccessible();
        tab.open("/tasks?confidence=high");
        assertThat(tab.find("main")).containsText("The address asks for what the list does not know.");
    }

    @Test
    void counts_are_of_the_filter_and_lead_to_exactly_what_they_count() {
        later("counted", ",\"confidence_score\":0.3");
        later("counted", ",\"confidence_score\":0.8");
        fail("counted", ",\"confidence_score\":0.31");
        Tab tab = tab().open("/tasks?queue=counted&confidence=%3C0.6");

        assertThat(count(tab, "All")).hasText("2");
        assertThat(count(tab, "Scheduled")).hasText("1");
        count(tab, "Failed").click();
        assertThat(rows(tab)).hasCount(1);
        assertThat(tab.field("Filter")).hasValue("status:FAILED queue:counted confidence:<0.6");
        assertThat(count(tab, "Scheduled")).hasText("1");
    }

    @Test
    void the_keyboard_moves_ticks_peeks_and_opens() {
        String first = later("keys", ",\"description\":\"The first of two\"");
        String second = later("keys", ",\"description\":\"The second of two\"");
        Tab tab = tab().open("/tasks?queue=keys");
        assertThat(rows(tab)).hasCount(2);

        tab.press("j");
        tab.press("x");
        tab.press(" ");
        Locator peek = tab.find(".peek");
        assertThat(peek).containsText("The second of two");
        assertThat(peek).containsText("Parameters");
        tab.isAccessible();
        tab.press("ArrowDown");
        assertThat(peek).containsText("The first of two");
        tab.press("k");
        assertThat(peek).containsText("The second of two");
        tab.press("Escape");
        assertThat(peek).hasCount(0);
        assertThat(tab.find("tbody input:checked")).hasCount(1);
        assertThat(tab.find("tr.ticked")).containsText(second);
        tab.press("j");
        tab.press("Enter");
        tab.seesScreen("The first of two");
        tab.press("Escape");
        assertThat(tab.find("a[data-task='" + first + "']")).isFocused();
    }

    @Test
    void all_that_match_are_cancelled_over_more_than_a_page_with_their_number_said_before() {
        server.submitMany(
                70, "{\"action_name\":\"echo\",\"queue\":\"bulk\",\"delay_seconds\":3600,\"confidence_score\":0.2}");
        String spared = later("bulk", ",\"confidence_score\":0.9");
        Tab tab = tab().open("/tasks?queue=bulk&confidence=%3C0.5");
        assertThat(rows(tab)).hasCount(50);

        tab.field("Tick all of this page").check();
        tab.button("Choose all 70 that match").click();
        tab.button("Act on all 70…").click();
        tab.dialog().locator("input[value=CANCEL]").check();
        assertThat(tab.dialog()).containsText("This is for 70 tasks");
        tab.isAccessible();
        tab.dialog().getByLabel("Reason").fill("the campaign was withdrawn");
        tab.button("Cancel 70 tasks").click();

        assertThat(tab.find(".operation"))
                .containsText("70 of 70, done", new LocatorAssertions.ContainsTextOptions().setTimeout(30_000));
        Eventually.within(
                PATIENCE,
                () -> assertThat(server.get("/api/v1/tasks/counts?queue=bulk").text())
                        .contains("{\"status\":\"CANCELLED\",\"tasks\":70"));
        assertThat(server.task(spared).path("status").asText()).isEqualTo("SCHEDULED");
        assertThat(count(tab, "Cancelled")).hasText("70");
    }

    @Test
    void ticked_tasks_alone_get_another_priority() {
        List<String> ids =
                server.submitMany(3, "{\"action_name\":\"echo\",\"queue\":\"ticked\",\"delay_seconds\":3600}");
        Tab tab = tab().open("/tasks?queue=ticked");

        tab.field("Tick " + ids.get(0)).check();
        tab.field("Tick " + ids.get(2)).check();
        tab.button("Act on 2 ticked…").click();
        tab.dialog().locator("input[value=REPRIORITISE]").check();
        tab.dialog()
                .getByLabel("Priority", new Locator.GetByLabelOptions().setExact(true))
                .selectOption("CRITICAL");
        tab.dialog().getByLabel("Reason").fill("they are late");
        tab.button("Reprioritise 2 tasks").click();

        assertThat(tab.find("tbody .col-priority")).hasText(new String[] {"Critical", "Medium", "Critical"});
        assertThat(server.task(ids.get(1)).path("priority").asText()).isEqualTo("MEDIUM");
    }

    @Test
    void new_tasks_are_counted_and_come_when_the_reader_asks() {
        String old = later("steady", "");
        Tab tab = tab().open("/tasks?queue=steady");
        assertThat(rows(tab)).hasCount(1);

        String fresh = later("steady", "");
        assertThat(tab.button("1 new – show")).isVisible();
        assertThat(rows(tab)).hasCount(1);
        tab.press("n");

        assertThat(rows(tab)).hasCount(2);
        assertThat(rows(tab).first()).containsText(fresh);
        assertThat(rows(tab).last()).containsText(old);
    }

    @Test
    void columns_are_chosen_and_kept() {
        later("columns", ",\"workflow_id\":\"order-77\"");
        Tab tab = tab().open("/tasks?queue=columns");

        tab.find("summary:has-text('Columns')").click();
        tab.field("Workflow").check();
        tab.field("Risk").uncheck();
        tab.open("/tasks?queue=columns");

        assertThat(rows(tab)).containsText("order-77");
        assertThat(tab.find("th.col-risk")).hasCount(0);
        tab.fits();
    }

    @Test
    void the_palette_goes_to_screens_and_tasks_and_acts_on_the_task_shown() {
        String id = later("palette", ",\"description\":\"Polish the escapement wheel\"");
        Tab tab = tab().open("/");
        tab.seesScreen("Overview");

        tab.press("Control+k");
        tab.isAccessible();
        tab.page().keyboard().type("appro");
        tab.press("Enter");
        tab.seesScreen("Approvals");
        tab.press("Control+k");
        tab.page().keyboard().type("the escapement wh");
        assertThat(tab.dialog()
                        .getByRole(com.microsoft.playwright.options.AriaRole.OPTION)
                        .first())
                .containsText("Polish the escapement wheel");
        tab.press("Enter");
        tab.seesScreen("Polish the escapement wheel");
        tab.press("Control+k");
        tab.page().keyboard().type("cancel");
        tab.press("Enter");
        tab.dialog().getByLabel("Reason").fill("it shines already");
        tab.press("Enter");

        server.await(id, "CANCELLED");
        assertThat(tab.find("h1 + .status")).hasText("Cancelled");
    }

    @Test
    void the_help_lists_the_keys() {
        Tab tab = tab().open("/tasks");
        tab.seesScreen("Tasks");

        tab.press("?");

        assertThat(tab.dialog()).containsText("Peek at the task");
        assertThat(tab.dialog()).containsText("Ctrl K");
        tab.isAccessible();
    }

    @ParameterizedTest
    @MethodSource("escapement.page.Look#each")
    void everything_that_opens_is_accessible_and_fits(Look look) {
        String id = later(
                "looks" + look.ordinal(),
                ",\"description\":\"A description that is longer than any window of a phone is wide\"");
        Tab tab = tab(look).open("/tasks?queue=looks" + look.ordinal());
        assertThat(rows(tab)).hasCount(1);

        tab.field("Filter").click();
        tab.settles();
        tab.isAccessible();
        tab.fits();
        tab.picture("tasks-suggestions");
        tab.press("Escape");
        tab.press("Escape");
        tab.find("a[data-task='" + id + "']").focus();
        tab.press(" ");
        assertThat(tab.find(".peek")).containsText("A description");
        tab.isAccessible();
        tab.fits();
        tab.picture("tasks-peek");
    }

    private static Locator rows(Tab tab) {
        return tab.find("table.tasks tbody tr");
    }

    private static Locator count(Tab tab, String name) {
        return tab.find(".count:has(.count-name:text-is('" + name + "')) .count-number");
    }

    private static Locator option(Tab tab, String term) {
        return tab.find(".suggestions li:has(bdi:text-is('" + term + "'))");
    }

    private String later(String queue, String more) {
        return server.submit(
                "{\"action_name\":\"echo\",\"queue\":\"" + queue + "\",\"delay_seconds\":3600" + more + "}");
    }

    private String fail(String queue) {
        return fail(queue, "");
    }

    private String fail(String queue, String more) {
        String id =
                server.submit("{\"action_name\":\"fail\",\"queue\":\"" + queue + "\",\"max_attempts\":1" + more + "}");
        server.await(id, "FAILED");
        return id;
    }
}
