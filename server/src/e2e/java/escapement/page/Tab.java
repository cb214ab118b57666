package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import escapement.support.TestServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A tab with the page, in a browser that knows nothing yet. It remembers what must not be: errors of scripts and on the
 * console, violations of the content security policy, requests to elsewhere, refusals that no test expected.
 */
final class Tab implements AutoCloseable {
    /** Where {@link #picture} writes; none are taken without it. */
    private static final String PICTURES = System.getProperty("pictures", "");

    static final boolean TAKES_PICTURES = !PICTURES.isEmpty();

    private static final String TELL_VIOLATIONS = """
            addEventListener('securitypolicyviolation', (event) =>
              console.error(`against the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile ?? ''}`))""";
    private static final String REFUSED = "Failed to load resource: the server responded with a status of ";

    /*
     * Until nothing has moved for 20 pictures, for 5 s at most: what comes in above a button moves it, and a click that begins
     * on it and ends beside it is none. People wait for that too.
     */
    private static final String STANDS_STILL = """
            () => new Promise(done => {
                const until = performance.now() + 5000;
                let last = '', same = 0;
                const look = () => {
                    const now = [...document.querySelectorAll('h1, button, main a, main input')].map(one => {
                        const { x, y, width } = one.getBoundingClientRect();
                        return `${x} ${y} ${width}`;
                    }).join();
                    same = now === last && now !== '' && !document.querySelector('.loading') ? same + 1 : 0;
                    last = now;
                    if (same >= 20 || performance.now() > until) done();
                    else requestAnimationFrame(look);
                };
                look();
            })""";

    /** After its first pictures: the screen before it is gone. */
    private static final String DRAWN = """
            (route) => new Promise(done => {
                const frames = (left) => left === 0 ? done() : requestAnimationFrame(() => frames(left - 1));
                addEventListener('hashchange', () => frames(3), { once: true });
                const before = location.hash;
                location.hash = route;
                if (location.hash === before) frames(3);
            })""";

    private final String origin;
    private final Look look;
    private final BrowserContext context;
    private final Page page;
    private final boolean shares; // its cookies, with another tab that closes them
    private final List<String> faults = new ArrayList<>();
    private final List<Integer> expected = new ArrayList<>();
    private boolean losesConnections;

    static Tab of(TestServer server, Look look) {
        return at(server.uri("").toString(), look);
    }

    /** Of a server that is reached there. */
    static Tab at(String origin, Look look) {
        BrowserContext context = Chromium.browser()
                .newContext(new Browser.NewContextOptions()
                        .setColorScheme(look.scheme)
                        .setViewportSize(look.width, look.height)
                        .setReducedMotion(ReducedMotion.REDUCE) // or axe meets colours on their way
                        .setLocale("en-GB")
                        .setTimezoneId("UTC"));
        context.addInitScript(TELL_VIOLATIONS);
        return new Tab(origin, look, context, false);
    }

    private Tab(String origin, Look look, BrowserContext context, boolean shares) {
        this.origin = origin;
        this.look = look;
        this.context = context;
        this.shares = shares;
        page = context.newPage();
        page.setDefaultTimeout(15_000);
        page.onPageError(error -> faults.add("error of a script: " + error));
        page.onConsoleMessage(this::judge);
        page.onRequest(request -> {
            if (!request.url().startsWith(origin + "/") && !request.url().startsWith("blob:" + origin)) {
                faults.add("leaves the origin: " + request.url());
            }
        });
    }

    /** Another one of the same reader. */
    Tab another() {
        return new Tab(origin, look, context, true);
    }

    private void judge(ConsoleMessage message) {
        boolean isExpected = expected.stream().anyMatch(status -> message.text().startsWith(REFUSED + status))
                || (losesConnections && message.text().contains("net::ERR_"));
        if (List.of("error", "warning").contains(message.type()) && !isExpected) {
            faults.add("on the console: " + message.text() + " (" + message.location() + ")");
        }
    }

    /** A test that provokes a refusal says so. */
    Tab expect(int status) {
        expected.add(status);
        return this;
    }

    /** So does one that cuts the line. */
    Tab expectLostConnections() {
        losesConnections = true;
        return this;
    }

    List<String> faults() {
        return List.copyOf(faults);
    }

    Page page() {
        return page;
    }

    Look look() {
        return look;
    }

    String origin() {
        return origin;
    }

    /** Loads the page anew, at {@code route}, such as {@code /tasks?status=FAILED}. */
    Tab open(String route) {
        page.navigate("about:blank"); // a change of the part after # alone would load nothing
        page.navigate(origin + "/#" + route);
        page.evaluate(STANDS_STILL);
        return this;
    }

    /** Follows a link within the page. */
    Tab go(String route) {
        page.evaluate("route => { location.hash = route }", route);
        page.evaluate(STANDS_STILL);
        return this;
    }

    /** As {@link #go}, for who only reads: what is to be clicked may still move. */
    Tab read(String route) {
        page.evaluate(DRAWN, route);
        settles();
        return this;
    }

    Locator find(String selector) {
        return page.locator(selector);
    }

    Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    Locator link(String name) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
    }

    Locator heading(String name) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(name));
    }

    Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    Locator dialog() {
        return page.locator("dialog[open]");
    }

    void press(String key) {
        page.keyboard().press(key);
    }

    void seesScreen(String title) {
        assertThat(page.locator("h1")).hasText(title);
    }

    /** Until nothing of the screen is still on its way. */
    void settles() {
        assertThat(page.locator("main h1")).isVisible();
        assertThat(page.locator("[aria-busy=true], .loading")).hasCount(0);
    }

    /** What axe finds. */
    List<String> barriers() {
        return new AxeBuilder(page)
                .setLegacyMode(true).analyze().getViolations().stream()
                        .flatMap(rule -> rule.getNodes().stream()
                                .map(node -> "%s %s: %s at %s: %s"
                                        .formatted(
                                                look,
                                                page.url(),
                                                rule.getId(),
                                                node.getTarget(),
                                                node.getFailureSummary())))
                        .toList();
    }

    void isAccessible() {
        assertThat(barriers()).isEmpty();
    }

    /** What is wider than the window: readers scroll in one direction only. */
    List<String> overflows() {
        int wider = (int) page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        return wider > 0 ? List.of("%s %s: %d px wider than the window".formatted(look, page.url(), wider)) : List.of();
    }

    void fits() {
        assertThat(overflows()).isEmpty();
    }

    /** Takes a picture of the whole screen, where somebody wants to look at them: {@code -Dpictures=folder}. */
    void picture(String name) {
        if (TAKES_PICTURES) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of(PICTURES, name + "-" + look + ".png"))
                    .setFullPage(true));
        }
    }

    @Override
    public void close() {
        if (shares) {
            page.close();
        } else {
            context.close();
        }
    }
}
