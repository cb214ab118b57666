package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every screen with real data, in both themes, wide and narrow. */
class ScreensE2eTest extends PageTest {
    private Filled filled;

    @Override
    protected TestServer start(TestDatabase empty) {
        filled = Filled.in(empty);
        return filled.server();
    }

    @AfterAll
    void letGo() {
        filled.release();
    }

    /** Each with what its picture is called. */
    private List<Screen> screens() {
        return List.of(
                new Screen("/", "Overview", "overview"),
                new Screen("/tasks", "Tasks", "tasks"),
                new Screen("/tasks?status=FAILED", "Tasks", "tasks-failed"),
                new Screen("/tasks/" + filled.id("failed"), "Build the month's report", "task-failed"),
                new Screen("/tasks/" + filled.id("fetched"), "Fetch the invoice 4711", "task-completed"),
                new Screen("/tasks/" + filled.id("held"), "Pay the refund of order 4711", "task-held"),
                new Screen("/tasks/1", "Task", "task-missing"),
                new Screen("/approvals", "Approvals", "approvals"),
                new Screen("/approvals/" + filled.id("held"), "Approvals", "approvals-one"),
                new Screen("/submit", "Submit a task", "submit"),
                new Screen("/calibration", "Calibration", "calibration"),
                new Screen("/calibration?action=demo.deploy-service", "Calibration", "calibration-action"),
                new Screen("/calibration/maps/1", "Map 1", "map"),
                new Screen("/metrics", "Metrics", "metrics"),
                new Screen("/reports", "Reports", "reports"),
                new Screen("/reports/failures-by-error", "Reports", "report"),
                new Screen("/nodes", "Nodes", "nodes"),
                new Screen("/policy", "Policy", "policy"),
                new Screen("/people", "People", "people"),
                new Screen("/audit", "Audit", "audit"));
    }

    private record Screen(String route, String title, String name) {}

    @ParameterizedTest
    @MethodSource("escapement.page.Look#each")
    void every_screen_loads_is_accessible_and_fits(Look look) {
        Tab tab = tab(look).expect(404).open("/");
        List<String> faults = new ArrayList<>();
        for (Screen screen : screens()) {
            tab.read(screen.route());
            tab.seesScreen(screen.title());
            look(tab, screen.name(), faults);
            assertThat(tab.find("main").innerText()).as(screen.name()).doesNotContain("undefined", "[object", "NaN");
        }
        assertThat(faults).isEmpty();
    }

    /** What asks for something, by the button that opens it. */
    @ParameterizedTest
    @MethodSource("escapement.page.Look#each")
    void every_question_is_accessible_and_fits(Look look) {
        Tab tab = tab(look).open("/policy");
        List<String> faults = new ArrayList<>();
        tab.button("Edit").click();
        Locator medium = tab.find(".rule-form").nth(1);
        medium.getByLabel("Run by lot, share").fill("0.05");
        medium.getByLabel("By lot a day").fill("20");
        assertThat(tab.find(".policy-told")).containsText("It would hold");
        look(tab, "policy-edit", faults);
        tab.button("Put in force…").click();
        asks(tab, "policy-put", faults);
        tab.button("Drop it").click();
        for (String[] question : new String[][] {
            {"/", "Lock…", "mode"},
            {"/tasks", "Import…", "import"},
            {"/people", "New token", "token"},
            {"/calibration", "Fit now…", "fit"},
            {"/calibration/maps/1", "Roll back…", "rollback"},
            {"/approvals/" + filled.id("held"), "Approve…", "approve"},
            {"/approvals/" + filled.id("held"), "Reject…", "reject"},
            {"/tasks/" + filled.id("fetched"), "Judge…", "judge"}
        }) {
            tab.go(question[0]);
            tab.button(question[1]).first().click();
            asks(tab, question[2], faults);
        }
        assertThat(faults).isEmpty();
    }

    private static void asks(Tab tab, String name, List<String> faults) {
        assertThat(tab.dialog()).isVisible();
        look(tab, "asks-" + name, faults);
        tab.press("Escape");
        assertThat(tab.dialog()).hasCount(0);
    }

    private static void look(Tab tab, String name, List<String> faults) {
        tab.picture(name);
        faults.addAll(tab.barriers());
        faults.addAll(tab.overflows());
    }

    @Test
    void its_numbers_are_those_of_the_api() {
        Tab tab = tab().open("/");
        JsonNode metrics = filled.server().metrics();

        assertThat(tab.find("main .counts, main .status-counts").first()).isVisible();
        metrics.path("by_status")
                .properties()
                .forEach(status -> assertThat(tab.find("a[href='#/tasks?status=" + status.getKey() + "']")
                                .first())
                        .containsText(grouped(status.getValue().longValue())));
        assertThat(tab.find(".nav-count"))
                .hasText(metrics.at("/by_status/DEFERRED").asText());
        assertThat(tab.find("table.queues tbody tr"))
                .hasCount(metrics.path("queues").size());
        assertThat(tab.find(".totals"))
                .containsText(grouped(metrics.path("total_executed").longValue()));

        tab.go("/approvals");
        assertThat(tab.find(".inbox li"))
                .hasCount(metrics.at("/by_status/DEFERRED").intValue());
        tab.go("/calibration");
        JsonNode summary = filled.server().get("/api/v1/calibration/summary").json();
        assertThat(tab.find("main")).containsText(grouped(summary.path("n").longValue()));
        tab.go("/policy");
        assertThat(tab.find("table.rules").first().locator("tbody tr"))
                .hasCount(filled.server()
                        .get("/api/v1/policy")
                        .json()
                        .path("rules")
                        .size());
        tab.go("/people");
        assertThat(tab.find("table.tokens tbody tr")).hasCount(1);
        tab.go("/nodes");
        assertThat(tab.find("table.nodes tbody tr"))
                .hasCount(filled.server()
                        .get("/api/v1/nodes")
                        .json()
                        .path("items")
                        .size());
    }

    @Test
    void a_keyboard_goes_to_every_screen_and_reaches_what_is_done_there() {
        Tab tab = tab().open("/");
        tab.seesScreen("Overview");
        for (String[] place : new String[][] {
            {"t", "Tasks", "a.primary"},
            {"p", "Approvals", ".decide button.primary"},
            {"s", "Submit a task", "form.submit button.primary"},
            {"c", "Calibration", "[aria-label=Maps] button"},
            {"m", "Metrics", ".screen-actions select"},
            {"r", "Reports", ".report-list a"},
            {"n", "Nodes", "table.nodes summary"},
            {"l", "Policy", "button.primary"},
            {"e", "People", "button.primary"},
            {"a", "Audit", ".screen-actions button"},
            {"o", "Overview", "a.primary"}
        }) {
            tab.press("g");
            tab.press(place[0]);
            tab.seesScreen(place[1]);
            tab.settles();
            assertThat(tab.find("main " + place[2]).first()).isVisible();
            assertThat(reachesByTab(tab, "main " + place[2]))
                    .as("%s reaches %s by Tab", place[1], place[2])
                    .isTrue();
            tab.page().evaluate("document.activeElement.blur()"); // a field would take the next letters
        }
        tab.press("?");
        assertThat(tab.page().locator("dialog[open]")).containsText("Go to approvals");
        tab.press("Escape");
        assertThat(tab.page().locator("dialog[open]")).hasCount(0);
    }

    private static boolean reachesByTab(Tab tab, String selector) {
        for (int i = 0; i < 150; i++) {
            tab.press("Tab");
            if ((Boolean) tab.page().evaluate("selector => document.activeElement.matches(selector)", selector)) {
                return true;
            }
        }
        return false;
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
