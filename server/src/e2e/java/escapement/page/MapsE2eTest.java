package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.calibration.FillStore;
import escapement.calibration.World;
import escapement.db.Database;
import escapement.support.Eventually;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A map is fitted, looked at, put in force and taken back on the page. */
class MapsE2eTest extends PageTest {
    @Override
    protected TestServer start(TestDatabase empty) {
        try (Database pool = empty.open()) {
            new FillStore(pool).fill(World.OVERCONFIDENT, 5, 4000, 60, made -> {});
        }
        TestServer server = super.start(empty);
        Eventually.within(
                Duration.ofSeconds(30),
                () -> assertThat(server.get("/api/v1/calibration/summary")
                                .json()
                                .path("n")
                                .intValue())
                        .isGreaterThan(2000));
        return server;
    }

    @Test
    void a_map_is_fitted_put_in_force_and_taken_back() {
        Tab tab = tab().open("/calibration");

        tab.button("Fit now…").click();
        tab.dialog().locator("button.primary").click();
        assertThat(tab.find(".told").first()).containsText("fitted");
        JsonNode map = ofAllActions();
        String version = map.path("version").asText();
        tab.find("[aria-label=Maps] table")
                .getByText(version, new com.microsoft.playwright.Locator.GetByTextOptions().setExact(true))
                .first()
                .click();
        tab.seesScreen("Map " + version);
        assertThat(tab.find("canvas, svg").first()).isVisible();

        tab.button("Put in force…").click();
        tab.field("Reason").fill("four thousand outcomes say so");
        tab.dialog().locator("button.primary").click();
        assertThat(tab.find("main")).containsText("Version " + version + " is in force for all actions");
        assertThat(inForce()).isEqualTo(version);

        tab.button("Roll back…").click();
        tab.field("Reason").fill("it was too early");
        tab.dialog().locator("button.harmful").click();
        assertThat(tab.find("main")).containsText("No map of all actions is in force now");
        assertThat(inForce()).isEqualTo("null");
    }

    private JsonNode ofAllActions() {
        for (JsonNode map : server.get("/api/v1/calibration/maps").json().path("items")) {
            if (map.path("action").isNull()) {
                return map;
            }
        }
        throw new AssertionError("no map of all actions");
    }

    private String inForce() {
        for (JsonNode one : server.get("/api/v1/calibration/maps").json().path("in_force")) {
            if (one.path("action").isNull()) {
                return one.path("version").asText();
            }
        }
        return "null";
    }
}
