package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import escapement.access.Role;
import escapement.support.People;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who reads is asked first; who may not do a thing is told so, and the server refuses it whatever the page shows. */
class RolesE2eTest extends PageTest {
    private People people;
    private String admin;
    private String viewer;
    private String held;

    @Override
    protected TestServer start(TestDatabase empty) {
        return TestServer.with().page().login().start(empty);
    }

    @BeforeAll
    void fill() {
        people = new People(server);
        admin = people.token("ada", Role.ADMIN);
        viewer = people.token("vera", Role.VIEWER);
        held = submit(
                "{\"action_name\":\"echo\",\"risk_level\":\"HIGH\",\"confidence_score\":0.5,\"queue\":\"letters\"}");
        submit("{\"action_name\":\"fail\",\"max_attempts\":1}");
    }

    @Test
    void a_token_opens_the_page_and_a_wrong_one_is_told() {
        Tab tab = tab().expect(401).open("/tasks");
        assertThat(tab.find("main")).not().containsText("Tasks");

        tab.field("Token").fill("esc_nobody");
        tab.press("Enter");
        assertThat(tab.find(".field-error")).isVisible();
        assertThat(tab.field("Token")).isFocused();
        tab.isAccessible();
        tab.field("Token").fill(viewer);
        tab.press("Enter");

        tab.seesScreen("Tasks");
        assertThat(tab.find(".who")).containsText("vera");
        tab.button("Sign out").click();
        assertThat(tab.field("Token")).isVisible();
    }

    @Test
    void a_viewer_sees_everything_that_acts_disabled_and_why() {
        Tab tab = signedIn(viewer);

        for (String route :
                List.of("/", "/tasks", "/tasks/" + held, "/approvals/" + held, "/policy", "/calibration", "/submit")) {
            tab.go(route);
            tab.settles();
            assertThat(acting(tab)).not().hasCount(0);
            for (Locator button : acting(tab).all()) {
                assertThat(button).isDisabled();
                String says = button.getAttribute("title");
                assertThat(says == null ? tab.find("main").innerText() : says).contains("role");
            }
        }
        tab.go("/tasks/" + held);
        assertThat(tab.find("main")).containsText("Only administrators read the audit.");
        tab.expect(403).go("/audit");
        assertThat(tab.find("main")).containsText(Pattern.compile("ADMIN|Admin"));
        tab.go("/people");
        assertThat(tab.find("main")).containsText(Pattern.compile("ADMIN|Admin"));
    }

    @Test
    void the_token_of_a_worker_is_told_that_it_sees_nothing() {
        Tab tab = tab().expect(401).open("/tasks");
        tab.field("Token").fill(people.token("press-4", Role.WORKER));
        tab.press("Enter");

        assertThat(tab.find("main")).containsText("This needs the role Viewer. You have: Worker.");
        tab.isAccessible();
        tab.button("Sign out").click();
        assertThat(tab.field("Token")).isVisible();
    }

    @Test
    void what_the_page_hides_the_server_refuses() {
        Tab tab = signedIn(viewer).expect(403);

        for (String[] request : new String[][] {
            {"POST", "/api/v1/tasks", "{\"action_name\":\"echo\"}"},
            {"POST", "/api/v1/tasks/" + held + "/approve", "{}"},
            {"POST", "/api/v1/holds", "{}"},
            {"PUT", "/api/v1/mode", "{}"},
            {"PUT", "/api/v1/policy", "{}"},
            {"POST", "/api/v1/operations", "{}"},
            {"POST", "/api/v1/calibration/maps/fit", "{}"},
            {"POST", "/api/v1/tokens", "{}"},
            {"GET", "/api/v1/audit", null}
        }) {
            assertThat(tab.page()
                            .evaluate(
                                    "([method, path, body]) => fetch(path, { method, body, headers: {"
                                            + " 'x-escapement-request': '1' } }).then(({ status }) => status)",
                                    request))
                    .as("%s %s", request[0], request[1])
                    .isEqualTo(403);
        }
    }

    @Test
    void whose_token_is_revoked_is_asked_again() {
        var issued = people.issue("ben", Role.OPERATOR);
        Tab tab = signedIn(issued.secret().text()).expect(401);

        people.post(admin, "/api/v1/tokens/" + issued.token().id() + "/revoke", "{}")
                .is(200);

        assertThat(tab.field("Token"))
                .isVisible(new com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions()
                        .setTimeout(20_000));
    }

    @Test
    void an_admin_makes_a_token_whose_secret_is_shown_once() {
        Tab tab = signedIn(admin).go("/people");

        tab.button("New token").click();
        tab.field("Whose").fill("carla");
        tab.field("Operator").check();
        tab.button("Make the token").click();

        String secret = tab.find(".secret code").innerText();
        assertThat(people.get(secret, "/api/v1/me").is(200).json().path("name").textValue())
                .isEqualTo("carla");
        tab.button("I have it").click();
        assertThat(tab.find("main")).not().containsText(secret);
        assertThat(tab.find("table.tokens")).containsText("carla");
    }

    private Tab signedIn(String secret) {
        Tab tab = tab().expect(401).open("/");
        tab.field("Token").fill(secret);
        tab.press("Enter");
        tab.seesScreen("Overview");
        return tab;
    }

    /** Buttons that would change something. */
    private static Locator acting(Tab tab) {
        return tab.page()
                .locator("main")
                .getByRole(AriaRole.BUTTON)
                .filter(new Locator.FilterOptions()
                        .setHasText(Pattern.compile("^(Lock|Unlock|Pause \\w+|Retry all|Approve|Reject|Change"
                                + " conf|Import|Edit|Cancel…|Retry…|Fit now|Roll back|Submit the task|Resume"
                                + " \\w+)")));
    }

    private String submit(String task) {
        return people.post(admin, "/api/v1/tasks", task)
                .is(201)
                .json()
                .path("id")
                .textValue();
    }
}
