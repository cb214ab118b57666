package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
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

    private Map<String, String> screens() {
        Map<String, String> titles = new TreeMap<>(Map.of(
                "/", "Overview",
                "/tasks", "Tasks",
                "/approvals", "Approvals",
                "/submit", "Submit a task",
                "/calibration", "Calibration",
                "/metrics", "Metrics",
                "/nodes", "Nodes",
                "/policy", "Policy",
                "/people", "People",
                "/audit", "Audit"));
        titles.put("/reports", "Reports");
        titles.put("/reports/failures-by-error", "Reports");
        return titles;
    }

    Stream<Arguments> screens_and_looks() {
        return Stream.of(Look.values())
                .flatMap(look -> screens().entrySet().stream()
                        .map(screen -> Arguments.of(look, screen.getKey(), screen.getValue())));
    }

    @ParameterizedTest
    @MethodSource("screens_and_looks")
    void a_screen_loads_is_accessible_and_fits(Look look, String route, String title) {
        Tab tab = tab(look).open(route);

        tab.seesScreen(title);
        tab.settles();
        tab.picture(title.toLowerCase(Locale.ROOT).replace(' ', '-') + (route.split("/").length > 2 ? "-one" : ""));
        tab.isAccessible();
        tab.fits();
        assertThat(tab.find("main")).not().containsText("undefined");
    }
}
