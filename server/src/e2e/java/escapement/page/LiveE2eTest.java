package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import escapement.support.Recorder;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The page follows the server, and says truly whether it does. */
class LiveE2eTest extends PageTest {
    private static final String HIDE = """
            (hidden) => {
              Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
              document.dispatchEvent(new Event('visibilitychange'));
            }""";

    /** Every timer and picture comes 2 s late, as on a machine that has no time for a page. */
    private static final String SLOW = """
            (() => {
              const { setTimeout } = window;
              window.setTimeout = (call, wait, ...rest) => setTimeout(call, (wait ?? 0) + 2000, ...rest);
              window.requestAnimationFrame = (call) => setTimeout(() => call(performance.now()), 2000);
            })()""";

    private final Recorder recorder = new Recorder();

    @Override
    protected TestServer start(TestDatabase empty) {
        return TestServer.with().page().actions(recorder.actions()).start(empty);
    }

    @AfterAll
    void letGo() {
        recorder.release();
    }

    @Test
    void after_a_cut_it_goes_on_where_it_was_and_misses_nothing() {
        try (Wire wire = new Wire(server.server().port());
                Tab tab = Tab.at("http://127.0.0.1:" + wire.port(), Look.LIGHT_WIDE)) {
            String id = server.submit("hold", "{\"name\":\"over the cut\"}");
            server.await(id, "IN_PROGRESS");
            tab.expectLostConnections().open("/tasks");
            assertThat(state(tab)).hasText("Live");
            assertThat(row(tab, id)).containsText("In progress");

            wire.cut();
            assertThat(state(tab)).hasText("Reconnecting");
            recorder.release(1);
            server.await(id, "COMPLETED");
            assertThat(row(tab, id)).containsText("In progress");
            wire.mend();

            assertThat(row(tab, id)).containsText("Completed");
            assertThat(state(tab)).hasText("Live");
            assertThat(tab.find(".banner-warn")).hasCount(0);
        }
    }

    @Test
    void paused_it_holds_still_and_counts_and_then_catches_up() {
        String id = server.submit("hold", "{\"name\":\"paused\"}");
        server.await(id, "IN_PROGRESS");
        Tab tab = tab().open("/tasks");
        assertThat(state(tab)).hasText("Live");
        assertThat(row(tab, id)).containsText("In progress");

        tab.press("p");
        assertThat(state(tab)).hasText("Paused");
        recorder.release(1);
        server.await(id, "COMPLETED");
        assertThat(tab.find(".live")).containsText("1 held");
        assertThat(row(tab, id)).containsText("In progress");
        tab.button("Resume").click();

        assertThat(state(tab)).hasText("Live");
        assertThat(row(tab, id)).containsText("Completed");
    }

    @Test
    void hidden_it_sleeps_without_a_stream_and_catches_up_when_it_is_seen() {
        String id = server.submit("hold", "{\"name\":\"hidden\"}");
        server.await(id, "IN_PROGRESS");
        Tab tab = tab().open("/tasks");
        assertThat(state(tab)).hasText("Live");

        tab.page().evaluate(HIDE, true);
        assertThat(state(tab)).hasText("Asleep");
        recorder.release(1);
        server.await(id, "COMPLETED");
        assertThat(row(tab, id)).containsText("In progress");
        tab.page().evaluate(HIDE, false);

        assertThat(state(tab)).hasText("Live");
        assertThat(row(tab, id)).containsText("Completed");
    }

    @Test
    void a_stream_that_opens_before_the_indicator_looks_is_told() {
        Tab tab = tab();
        tab.page().addInitScript(SLOW);
        AtomicReference<Route> stream = new AtomicReference<>();
        tab.page().route("**/api/v1/events", stream::set);
        tab.page().navigate(tab.origin() + "/#/tasks");
        assertThat(state(tab)).hasText("Connecting");

        stream.get().resume();

        assertThat(state(tab)).hasText("Live");
    }

    private static Locator state(Tab tab) {
        return tab.find(".live-state");
    }

    private static Locator row(Tab tab, String id) {
        return tab.find("table.tasks tr")
                .filter(new Locator.FilterOptions().setHas(tab.find("[data-task='" + id + "']")));
    }
}
