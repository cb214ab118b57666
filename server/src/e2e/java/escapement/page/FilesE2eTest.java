package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.options.FilePayload;
import escapement.json.Json;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes out of the page into files, and comes in. */
class FilesE2eTest extends PageTest {
    @Test
    void a_report_is_asked_with_a_parameter_and_taken_away_as_csv() throws IOException {
        server.submitMany(
                3, "{\"action_name\":\"fail\",\"action_params\":{\"message\":\"no paper\"},\"max_attempts\":1}");
        server.awaitCount(Duration.ofSeconds(15), "FAILED", 3);
        Tab tab = tab().expect(400).open("/reports");

        tab.find(".report-list a[href$='failures-by-error']").click();
        assertThat(tab.find(".answer tbody tr")).hasCount(1);
        assertThat(tab.find(".answer")).containsText("no paper");
        tab.field("hours").fill("0");
        tab.find(".report-parameters button").click();
        assertThat(tab.find(".field-error")).isVisible();
        tab.field("hours").fill("48");
        tab.press("Enter");
        assertThat(tab.find(".field-error")).hasCount(0);
        assertThat(tab.page()).hasURL(java.util.regex.Pattern.compile("hours=48"));
        assertThat(tab.find(".answer tbody tr")).hasCount(1);

        Download csv = tab.page().waitForDownload(() -> tab.link("Download CSV").click());
        List<String> lines = Files.readAllLines(csv.path());
        assertThat(csv.suggestedFilename()).endsWith(".csv");
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).contains("fail", "no paper");
    }

    @Test
    void tasks_are_taken_out_and_into_another_server_with_a_word_about_each() throws IOException {
        server.submitBatch("""
                {"tasks":[
                {"ref":"one","action_name":"echo","action_params":{"value":1},"description":"Taken along","delay_seconds":86400},
                {"ref":"two","action_name":"echo","description":"After it","dependencies":["one"]}]}""");
        Tab tab = tab().open("/tasks");
        Download file = tab.page().waitForDownload(() -> tab.link("Export").click());
        assertThat(file.suggestedFilename()).isEqualTo("queue_state.json");
        String exported = Files.readString(file.path());
        JsonNode state = Json.parse(exported);
        assertThat(state.toString()).contains("Taken along", "After it");

        try (TestDatabase empty = TestDatabase.create();
                TestServer another = TestServer.with().page().start(empty);
                Tab there = Tab.of(another, Look.LIGHT_WIDE)) {
            there.open("/tasks");
            there.button("Import…").click();
            there.field("File").setInputFiles(payload(exported));
            assertThat(there.dialog()
                            .locator("tbody tr")
                            .filter(new com.microsoft.playwright.Locator.FilterOptions().setHasText("restored")))
                    .not()
                    .hasCount(0);
            assertThat(another.metrics().path("total_tasks").longValue()).isZero();
            there.dialog().locator("button.primary").click();

            assertThat(there.find(".imported")).containsText("restored");
            there.button("Close").click();
            assertThat(there.find("table.tasks")).containsText("Taken along");
            assertThat(there.find("table.tasks")).containsText("After it");
            assertThat(there.faults()).isEmpty();
        }
    }

    @Test
    void a_file_that_is_none_is_refused_in_words() {
        Tab tab = tab().expect(400).open("/tasks");

        tab.button("Import…").click();
        tab.field("File").setInputFiles(payload("{\"tasks\": 7}"));

        assertThat(tab.dialog().locator(".form-error")).containsText("It cannot be imported.");
        assertThat(tab.dialog().locator("button.primary")).isDisabled();
    }

    private static FilePayload payload(String text) {
        return new FilePayload("queue_state.json", "application/json", text.getBytes(StandardCharsets.UTF_8));
    }
}
