package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import escapement.action.Outcome;
import escapement.support.Recorder;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done to a task on its screen, and what the screen says about why it stands where it stands. */
class TaskE2eTest extends PageTest {
    private final Recorder recorder = new Recorder();

    @Override
    protected TestServer start(TestDatabase empty) {
        TestAction failsFirst = new TestAction("once", context -> {
            if (context.attempt() == 1) {
                throw new IllegalStateException("the ledger is away");
            }
            return new Outcome.Succeeded(null);
        });
        return TestServer.with()
                .page()
                .actions(recorder.actions()[0], recorder.actions()[1], failsFirst)
                .start(empty);
    }

    @AfterAll
    void letGo() {
        recorder.release();
    }

    @Test
    void a_cancel_says_how_many_wait_and_then_says_why_nothing_more_can_be_done() {
        Map<String, String> ids = server.submitBatch("""
                {"tasks":[{"ref":"first","action_name":"echo","delay_seconds":3600},
                {"ref":"a","action_name":"echo","dependencies":["first"]},
                {"ref":"b","action_name":"echo","dependencies":["first"]}]}""");
        Tab tab = tab().open("/tasks/" + ids.get("first"));

        tab.button("Cancel…").click();
        assertThat(tab.dialog()).containsText("It ends CANCELLED at once and never starts. 2 tasks wait for it");
        tab.field("Reason").fill("the order was withdrawn");
        tab.dialog().locator(".harmful").click();

        assertThat(tab.find(".screen-head .status")).hasText("Cancelled");
        server.await(ids.get("first"), "CANCELLED");
        assertThat(tab.button("Cancel…")).isDisabled();
        assertThat(tab.button("Edit…")).isDisabled();
        assertThat(tab.button("Retry…")).isEnabled();
        assertThat(tab.find(".not-now")).containsText("Cancel: it has ended CANCELLED.");
        assertThat(tab.find("table.audit")).containsText("the order was withdrawn");
    }

    @Test
    void a_retry_brings_back_what_follows_when_asked() {
        Map<String, String> ids = server.submitBatch("""
                {"tasks":[{"ref":"first","action_name":"once","max_attempts":1},
                {"ref":"next","action_name":"echo","dependencies":["first"],"on_dependency_failure":"SKIP"}]}""");
        server.await(ids.get("next"), "SKIPPED");
        Tab tab = tab().open("/tasks/" + ids.get("first"));

        tab.button("Retry…").click();
        assertThat(tab.dialog()).containsText("It runs again with 1 more attempt");
        tab.field("Also what follows it").check();
        tab.field("Reason").fill("the ledger is back");
        tab.press("Enter");

        assertThat(tab.find(".screen-head .status")).hasText("Completed");
        server.await(ids.get("next"), "COMPLETED");
        assertThat(tab.find(".not-now")).containsText("Retry: it is COMPLETED, and such work never runs again.");
    }

    @Test
    void an_edit_changes_what_was_changed_and_nothing_else() {
        String id = server.submit(
                "{\"action_name\":\"echo\",\"action_params\":{\"value\":1.0},\"delay_seconds\":3600,\"confidence_score\":0.5}");
        Tab tab = tab().open("/tasks/" + id);

        tab.button("Edit…").click();
        assertThat(tab.button("Nothing is changed yet")).isDisabled();
        in(tab, "Priority").selectOption("HIGH");
        in(tab, "Parameters").fill("{\"value\": 9007199254740993}");
        in(tab, "Attempts at most").fill("7");
        assertThat(tab.dialog()).containsText("The gate decides anew.");
        tab.field("Reason").fill("the customer called");
        tab.button("Change priority, attempts, parameters").click();

        assertThat(tab.dialog()).hasCount(0);
        assertThat(tab.find(".facts")).containsText("High");
        JsonNode task = server.task(id);
        assertThat(task.at("/action_params/value").longValue()).isEqualTo(9007199254740993L);
        assertThat(task.path("max_attempts").intValue()).isEqualTo(7);
        assertThat(task.path("confidence_score").doubleValue()).isEqualTo(0.5);
        assertThat(task.path("status").textValue()).isEqualTo("SCHEDULED");
        assertThat(tab.find("table.audit")).containsText("the customer called");
    }

    @Test
    void an_edit_that_the_server_refuses_says_so_at_its_field() {
        String id = server.submit(
                "{\"action_name\":\"sleep\",\"action_params\":{\"milliseconds\":1},\"delay_seconds\":3600}");
        Tab tab = tab().expect(400).open("/tasks/" + id);

        tab.button("Edit…").click();
        in(tab, "Parameters").fill("{\"milliseconds\": \"long\"}");
        tab.field("Reason").fill("longer");
        tab.button("Change parameters").click();

        assertThat(in(tab, "Parameters")).hasAttribute("aria-invalid", "true");
        assertThat(tab.dialog().locator(".field-error")).hasCount(1);
    }

    @Test
    void of_two_who_edit_the_slower_is_told_that_nothing_was_changed() {
        String id = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");
        Tab tab = tab().expect(409).open("/tasks/" + id);
        tab.button("Edit…").click();
        in(tab, "Description").fill("mine");
        tab.field("Reason").fill("it had none");
        server.patch("/api/v1/tasks/" + id, "{\"version\":1,\"reason\":\"faster\",\"description\":\"theirs\"}")
                .is(200);

        tab.button("Change description").click();

        assertThat(tab.dialog().locator("[role=alert]")).containsText("Nothing was changed. Somebody edited it");
        tab.button("Back").click();
        tab.seesScreen("theirs");
        assertThat(server.task(id).path("description").textValue()).isEqualTo("theirs");
    }

    @Test
    void what_the_gate_saw_is_told_with_its_numbers_and_leads_to_the_decision() {
        String id = held();
        Tab tab = tab().open("/tasks/" + id);

        Locator why = tab.find(".why");
        assertThat(why.locator(".reasons")).containsText("0.7");
        why.locator("summary").first().click();
        assertThat(why.locator(".reason-facts dl").first()).containsText(Pattern.compile("Threshold\\s*0\\.7"));
        Locator seen = why.locator(".decisions li").first();
        assertThat(seen).containsText("Held for people");
        for (String fact : List.of(
                "Stated\\s*0.62",
                "Compared\\s*raw 0.62",
                "Threshold\\s*0.7",
                "Policy\\s*version 1",
                "Map\\s*none in force",
                "Lot\\s*none drawn",
                "Path\\s*Auto")) {
            assertThat(seen.locator("dl")).containsText(Pattern.compile(fact));
        }
        tab.link("Approve or reject…").click();
        tab.seesScreen("Approvals");
    }

    @Test
    void both_sides_and_branches_are_links_and_the_rest_is_counted() {
        StringBuilder tasks = new StringBuilder();
        StringBuilder refs = new StringBuilder();
        for (int i = 0; i < 23; i++) {
            tasks.append(
                    "{\"ref\":\"u%d\",\"action_name\":\"echo\",\"description\":\"Read page %d\",\"delay_seconds\":3600},"
                            .formatted(i, i));
            refs.append("{\"task_id\":\"u%d\",\"required_status\":\"ANY\",\"timeout_seconds\":90000},".formatted(i));
        }
        Map<String, String> ids = server.submitBatch("""
                {"tasks":[%s
                {"ref":"joined","action_name":"echo","dependencies":[%s]},
                {"ref":"last","action_name":"echo","description":"Bind the book","dependencies":["joined"]}]}""".formatted(tasks, refs.substring(0, refs.length() - 1)));
        Tab tab = tab().open("/tasks/" + ids.get("joined"));

        Locator around = tab.find(".around");
        assertThat(around.locator(".neighbours").first().locator("li")).hasCount(20);
        assertThat(around).containsText("not met: however it ends, within 1d 01h");
        tab.button("and 3 more").click();
        assertThat(around.locator(".neighbours").first().locator("li")).hasCount(23);
        assertThat(around).containsText("Read page 22");
        around.getByText("Bind the book").click();
        tab.seesScreen("Bind the book");

        String branched = server.submit("""
                {"action_name":"echo","action_params":{"value":7},"conditional_branches":[
                {"condition_type":"result_equals","condition_value":8,"next_task_template":{"action_name":"echo","description":"Eight"}},
                {"condition_type":"success","next_task_template":{"action_name":"echo","description":"Write it down"}}]}""");
        server.await(branched, "COMPLETED");
        tab.go("/tasks/" + branched);
        assertThat(tab.find(".branches li").first()).containsText("Not taken: result equals 8 → would make Eight");
        assertThat(tab.find(".branches li").last()).containsText("Taken: success → Write it down");
        tab.find(".branches a").click();
        tab.seesScreen("Write it down");
        assertThat(tab.find(".around")).containsText("A branch of " + branched + " made it.");
    }

    @ParameterizedTest
    @MethodSource("escapement.page.Look#each")
    void it_is_accessible_and_fits_in_every_state(Look look) {
        Map<String, String> ids = server.submitBatch("""
                {"tasks":[{"ref":"first","action_name":"hold","action_params":{"name":"x"},"description":"Fetch the ledger","confidence_score":0.9},
                {"ref":"second","action_name":"echo","description":"Build the report of the month","dependencies":[{"task_id":"first","timeout_seconds":86400}],"confidence_score":0.8,
                "conditional_branches":[{"condition_type":"success","next_task_template":{"action_name":"echo"}}]},
                {"ref":"third","action_name":"echo","description":"Send it","dependencies":["second"]}]}""");
        String failed =
                server.submit("{\"action_name\":\"fail\",\"max_attempts\":1,\"description\":\"Move the archive\"}");
        server.await(failed, "FAILED");
        server.post("/api/v1/tasks/" + failed + "/retry", "{\"reason\":\"the disk was full\"}")
                .is(200);
        List<String> faults = new ArrayList<>();
        Tab tab = tab(look).open("/");
        for (Map.Entry<String, String> task : Map.of("waits", ids.get("second"), "held", held(), "failed", failed)
                .entrySet()) {
            tab.go("/tasks/" + task.getValue());
            assertThat(tab.find(".why .decisions")).isVisible();
            tab.settles();
            tab.find(".reason-facts summary").first().click();
            tab.picture("task8-" + task.getKey());
            faults.addAll(tab.barriers());
            faults.addAll(tab.overflows());
            assertThat(tab.find("main").innerText()).doesNotContain("undefined", "[object", "NaN");
        }
        tab.go("/tasks/" + ids.get("second"));
        tab.button("Edit…").click();
        tab.picture("task8-edit");
        faults.addAll(tab.barriers());
        faults.addAll(tab.overflows());
        tab.press("Escape");
        tab.button("Cancel…").click();
        tab.picture("task8-cancel");
        faults.addAll(tab.barriers());

        assertThat(faults).isEmpty();
    }

    private String held() {
        String id = server.submit(
                "{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.62,\"description\":\"Pay the refund\"}");
        server.await(id, "DEFERRED");
        return id;
    }

    /** A field of the dialog; the screen behind it has texts of the same name. */
    private static Locator in(Tab tab, String label) {
        return tab.dialog().getByLabel(label, new Locator.GetByLabelOptions().setExact(true));
    }
}
