package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Locator;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;
import escapement.action.RiskLevel;
import escapement.json.Json;
import escapement.secret.KeyFile;
import escapement.secret.SecretPlaces;
import escapement.secret.SecretSources;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The form of a new task: every field, and parameters as the schema of the action has them. */
class SubmitE2eTest extends PageTest {
    @TempDir
    static Path folder;

    private final Booking booking = new Booking();

    @Override
    protected TestServer start(TestDatabase empty) {
        SecretSources sources = new SecretSources(Map.of(), Optional.empty());
        return TestServer.with()
                .page()
                .secrets(new SecretPlaces(sources, Optional.of(new KeyFile(folder.resolve("key"), true))))
                .actions(booking)
                .start(empty);
    }

    @Test
    void the_parameters_of_an_action_are_fields_of_their_types_and_what_is_sensitive_stays_out_of_the_text() {
        Tab tab = tab().open("/submit");
        assertThat(tab.find("datalist option[value='seat.book']")).hasCount(1);

        tab.field("Action").fill("seat.book");
        assertThat(tab.find("form")).containsText("Books a seat. Its risk is Medium at least.");
        tab.field("train (required)").fill("ICE 4711");
        tab.field("seats").fill("3");
        tab.field("class").selectOption("first");
        tab.field("window").selectOption("true");
        tab.field("stops").fill("[\"Fulda\", 9007199254740993]");
        tab.field("note").fill("12");
        tab.field("pin").fill("hunter2 \"4711\"");
        assertThat(tab.field("pin")).hasAttribute("type", "password");
        assertThat(tab.field("Parameters"))
                .hasValue(Pattern.compile(".*\"train\": \"ICE 4711\".*9007199254740993.*", Pattern.DOTALL));
        assertThat(tab.field("Parameters")).not().hasValue(Pattern.compile(".*hunter2.*", Pattern.DOTALL));
        tab.field("Description").fill("Book the seats");
        tab.button("Submit the task").click();

        tab.seesScreen("Book the seats");
        server.await(shown(tab), "COMPLETED");
        assertThat(booking.given.get("ICE 4711"))
                .isEqualTo(
                        Json.parse(
                                "{\"train\":\"ICE 4711\",\"seats\":3,\"class\":\"first\",\"window\":true,\"stops\":[\"Fulda\",9007199254740993],\"note\":12,\"pin\":\"hunter2 \\\"4711\\\"\"}"));
        assertThat(tab.find("main")).not().containsText("hunter2");
    }

    @Test
    void the_text_is_the_truth_and_the_fields_follow_it() {
        Tab tab = tab().open("/submit?action=seat.book");

        tab.field("Parameters").fill("{\"train\": \"RE 1\", \"odd\": 1.0}");
        assertThat(tab.field("train (required)")).hasValue("RE 1");
        tab.field("seats").fill("2");
        assertThat(tab.field("Parameters"))
                .hasValue(Pattern.compile(".*\"odd\": 1\\.0.*\"seats\": 2.*", Pattern.DOTALL));
        tab.field("seats").fill("");
        assertThat(tab.field("Parameters")).not().hasValue(Pattern.compile(".*seats.*", Pattern.DOTALL));

        tab.field("Parameters").fill("{\"train\": ");
        assertThat(tab.field("train (required)")).isDisabled();
        assertThat(tab.find(".params")).containsText("The JSON below cannot be read.");
        tab.button("Submit the task").click();
        assertThat(tab.field("Parameters")).isFocused();
        assertThat(tab.field("Parameters")).hasAttribute("aria-invalid", "true");
    }

    @Test
    void each_refusal_stands_at_its_field_and_opens_what_was_folded() {
        Tab tab = tab().expect(400).open("/submit?action=seat.book");

        tab.field("seats").fill("many");
        tab.button("Submit the task").click();
        assertThat(tab.field("seats")).isFocused();
        tab.field("seats").fill("99");
        tab.button("Submit the task").click();
        assertThat(tab.field("train (required)")).hasAttribute("aria-invalid", "true");
        assertThat(tab.field("seats")).hasAttribute("aria-invalid", "true");

        tab.field("seats").fill("9");
        tab.field("train (required)").fill("ICE 1");
        tab.find("summary").getByText("Attempts").click();
        tab.field("Each wait, times the last").fill("0.5");
        tab.find("summary").getByText("What it waits for").click();
        tab.field("Waits for").fill("1 SOMEHOW 60");
        tab.button("Submit the task").click();
        assertThat(tab.field("Each wait, times the last")).hasAttribute("aria-invalid", "true");
        assertThat(tab.field("Waits for")).hasAttribute("aria-invalid", "true");
        assertThat(tab.find(".field-error")).hasCount(2);
        tab.isAccessible();
    }

    @Test
    void every_field_of_the_api_is_there_and_arrives() {
        String before = server.submit("{\"action_name\":\"echo\",\"delay_seconds\":3600}");
        Tab tab = tab().open("/submit?action=echo&params={\"value\":1}");
        for (Locator section : tab.find("details.more summary").all()) {
            section.click();
        }
        Set<String> named = new TreeSet<>();
        tab.find("form.submit [name]")
                .all()
                .forEach(control -> named.add(control.getAttribute("name").replaceFirst("/.*", "")));
        Set<String> wanted = new TreeSet<>();
        server.get("/openapi.json")
                .json()
                .at("/components/schemas/NewTask/properties")
                .fieldNames()
                .forEachRemaining(wanted::add);
        assertThat(named).isEqualTo(wanted);

        tab.field("Queue").fill("letters");
        tab.field("Not before").fill("2099-12-31T09:00:05");
        tab.field("Start by").fill("2100-01-01T09:00");
        tab.field("Deadline").fill("2100-01-02T09:00");
        tab.field("At risk after, in percent").fill("50");
        tab.field("Attempts at most").fill("7");
        tab.field("Seconds an attempt may run").fill("30");
        tab.field("First wait, in seconds").fill("0.5");
        tab.field("Workflow").fill("order-4711");
        tab.field("Waits for").fill(before + " ANY 60");
        tab.field("If one of them ends otherwise").selectOption("SKIP");
        tab.field("Branches")
                .fill("[{\"condition_type\":\"success\",\"next_task_template\":{\"action_name\":\"echo\"}}]");
        tab.field("Reasoning").fill("the goods came back");
        tab.field("Alternatives").fill("a voucher\nask the customer");
        tab.field("Reversible").selectOption("false");
        tab.field("How to undo it").fill("by hand");
        tab.field("Key").fill("refund-4711");
        tab.field("If the key is taken").selectOption("REJECT");
        tab.field("Metadata").fill("{\"order\":9007199254740993}");
        tab.field("Priority").selectOption("HIGH");
        tab.field("Risk").selectOption("MEDIUM");
        tab.field("Confidence").fill("0.123456");
        tab.field("Dry run").check();
        assertThat(tab.find("details.more summary").getByText("(4 given)")).hasCount(2);
        tab.field("Description").fill("With everything");
        tab.button("Submit the task").click();

        tab.seesScreen("With everything");
        assertThat(server.task(shown(tab)).toString())
                .contains(
                        "\"queue\":\"letters\"",
                        "\"start_by\":\"2100-01-01T09:00:00Z\"",
                        "\"deadline_at\":\"2100-01-02T09:00:00Z\"",
                        "\"max_attempts\":7",
                        "\"workflow_id\":\"order-4711\"",
                        "\"required_status\":\"ANY\"",
                        "\"condition_type\":\"success\"",
                        "\"alternatives\":[\"a voucher\",\"ask the customer\"]",
                        "\"reversible\":false",
                        "\"order\":9007199254740993",
                        "\"priority\":\"HIGH\"",
                        "\"confidence_score\":0.123456",
                        "\"dry_run\":true");
        server.post(
                        "/api/v1/tasks",
                        "{\"action_name\":\"echo\",\"idempotency_key\":\"refund-4711\",\"on_conflict\":\"REJECT\"}")
                .is(409);
    }

    @ParameterizedTest
    @MethodSource("escapement.page.Look#each")
    void it_is_accessible_and_fits(Look look) {
        Tab tab = tab(look).open("/submit?action=seat.book");
        assertThat(tab.field("train (required)")).isVisible();
        List<String> faults = new ArrayList<>();
        tab.picture("task8-submit");
        faults.addAll(tab.barriers());
        for (Locator section : tab.find("details.more summary").all()) {
            section.click();
        }
        tab.picture("task8-submit-all");
        faults.addAll(tab.barriers());
        faults.addAll(tab.overflows());

        assertThat(faults).isEmpty();
    }

    /** The task that is on the screen. */
    private static String shown(Tab tab) {
        return tab.page().url().replaceFirst(".*/", "");
    }

    /** Notes what it is given. */
    private static final class Booking implements Action {
        private final Map<String, JsonNode> given = new ConcurrentHashMap<>();

        @Override
        public String name() {
            return "seat.book";
        }

        @Override
        public String description() {
            return "Books a seat.";
        }

        @Override
        public RiskLevel minimumRisk() {
            return RiskLevel.MEDIUM;
        }

        @Override
        public JsonNode paramsSchema() {
            return Json.parse("""
                    {"type":"object","required":["train"],"properties":{
                    "train":{"type":"string","maxLength":20,"description":"which, as in ICE 4711"},
                    "seats":{"type":"integer","minimum":1,"maximum":9,"default":1},
                    "class":{"enum":["first","second"],"default":"second"},
                    "window":{"type":"boolean","description":"whether at a window"},
                    "stops":{"type":"array","description":"where it stops"},
                    "note":{"description":"anything"},
                    "pin":{"type":"string","writeOnly":true,"description":"of the account"}}}""");
        }

        @Override
        public Outcome run(ActionContext context) {
            given.put(context.params().path("train").asText(), context.params());
            return new Outcome.Succeeded(null);
        }
    }
}
