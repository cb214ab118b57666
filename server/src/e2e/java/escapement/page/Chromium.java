package escapement.page;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one browser of this JVM: {@code chromium} of the PATH, or what the system property {@code chromium} names. For one
 * thread, as Playwright is.
 */
final class Chromium {
    private static final Optional<Path> PROGRAM = find();

    private Chromium() {}

    static Optional<Path> program() {
        return PROGRAM;
    }

    static Browser browser() {
        return Started.BROWSER;
    }

    private static Optional<Path> find() {
        String given = System.getProperty("chromium", "");
        if (!given.isEmpty()) {
            return Optional.of(Path.of(given));
        }
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static final class Started {
        static final Browser BROWSER = launch();

        // Its processes end with this JVM: they listen on pipes that close then.
        @SuppressWarnings("resource")
        private static Browser launch() {
            // as long as other waits of a tab: 5 s are few where others build
            PlaywrightAssertions.setDefaultAssertionTimeout(15_000);
            Playwright playwright = Playwright.create(
                    new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
            List<String> arguments = new ArrayList<>(List.of(
                    "--disable-dev-shm-usage", // a container's is too small
                    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"));
            if (System.getProperty("user.name").equals("root")) {
                arguments.add("--no-sandbox"); // it refuses to run as root with one
            }
            return playwright
                    .chromium()
                    .launch(new BrowserType.LaunchOptions()
                            .setExecutablePath(PROGRAM.orElseThrow())
                            .setArgs(arguments));
        }
    }
}
