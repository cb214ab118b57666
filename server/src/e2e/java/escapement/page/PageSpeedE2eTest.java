package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import escapement.support.Recorder;
import escapement.support.TestAction;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How fast the page shows what happened, and answers its reader; prints what it measures. On demand, for a quiet machine. */
@Tag("measured")
class PageSpeedE2eTest extends PageTest {
    private static final int CHANGES = 30;
    private static final int KEYS = 120;
    private static final int BATCH = 200;
    private static final int BATCHES_A_SECOND = 10;

    /** Notes when each row first shows what it is to show. */
    private static final String WATCH = """
            () => {
              window.seen = {};
              const look = () => {
                for (const row of document.querySelectorAll('table.tasks tbody tr')) {
                  const id = row.querySelector('[data-task]').dataset.task;
                  if (row.textContent.includes('Completed')) window.seen[id] ??= performance.timeOrigin + performance.now();
                }
              };
              new MutationObserver(look).observe(document.querySelector('main'), { subtree: true, childList: true, characterData: true });
            }""";

    /** Notes how long after a key the page is drawn anew, and when the page was busy for long. */
    private static final String PROBE = """
            window.probe = { keys: [], tasks: [] };
            addEventListener('keydown', ({ timeStamp }) => requestAnimationFrame(() => setTimeout(() => window.probe.keys.push(performance.now() - timeStamp))), true);
            new PerformanceObserver((list) => window.probe.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' });""";

    private final Recorder recorder = new Recorder();

    @Override
    protected TestServer start(TestDatabase empty) {
        TestAction noop = TestAction.noop("noop");
        return TestServer.with()
                .page()
                .limit(100)
                .actions(recorder.actions()[0], recorder.actions()[1], noop)
                .start(empty);
    }

    @AfterAll
    void letGo() {
        recorder.release();
    }

    @Test
    void a_change_on_an_idle_server_is_soon_on_the_screen() {
        List<String> ids = server.submitMany(
                CHANGES, "{\"action_name\":\"hold\",\"action_params\":{\"name\":\"x\"},\"queue\":\"watched\"}");
        server.awaitCount(Duration.ofSeconds(15), "IN_PROGRESS", CHANGES);
        Tab tab = tab().open("/tasks?queue=watched");
        assertThat(tab.find("table.tasks tbody tr")).hasCount(CHANGES);
        tab.page().evaluate(WATCH);
        List<Double> delays = new ArrayList<>();

        for (int i = 0; i < CHANGES; i++) {
            tab.page().waitForTimeout(1500); // idle: what came before is drawn
            recorder.release(1);
            tab.page().waitForFunction("count => Object.keys(window.seen).length > count", i);
        }

        for (String id : ids) {
            double ended = Instant.parse(server.task(id).path("completed_at").textValue())
                    .toEpochMilli();
            delays.add(((Number) tab.page().evaluate("id => window.seen[id]", id)).doubleValue() - ended);
        }
        print("from the end of an attempt to the screen, idle", delays);
        assertThat(median(delays)).isLessThan(2000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/tasks"})
    void the_page_answers_its_reader_while_two_thousand_tasks_a_second_end(String route) {
        Tab tab = tab();
        tab.page().addInitScript(PROBE);
        tab.open(route);
        tab.settles();
        long endedBefore = ended();
        long since = System.nanoTime();

        try (ScheduledExecutorService load = Executors.newScheduledThreadPool(2)) {
            String batch =
                    "{\"tasks\":[" + "{\"action_name\":\"noop\"},".repeat(BATCH - 1) + "{\"action_name\":\"noop\"}]}";
            ScheduledFuture<?> submitting = load.scheduleAtFixedRate(
                    () -> server.post("/api/v1/tasks/batch", batch).is(201),
                    0,
                    1000 / BATCHES_A_SECOND,
                    TimeUnit.MILLISECONDS);
            for (int i = 0; i < KEYS; i++) {
                tab.page().waitForTimeout(150);
                tab.press(i % 2 == 0 ? "j" : "k");
            }
            assertThat(submitting.isDone()).as("a submit failed").isFalse();
            load.shutdownNow();
        }
        double rate = (ended() - endedBefore) / ((System.nanoTime() - since) / 1e9);

        List<Double> keys = numbers(tab, "keys");
        List<Double> busy = numbers(tab, "tasks");
        System.out.printf(Locale.ROOT, "%s: %.0f tasks a second ended%n", route, rate);
        print(route + ": from a key to the next picture", keys);
        print(route + ": long tasks of the page", busy);
        assertThat(median(keys)).isLessThan(2000);
    }

    private long ended() {
        return server.metrics().path("total_executed").longValue();
    }

    @SuppressWarnings("unchecked")
    private static List<Double> numbers(Tab tab, String name) {
        List<Object> found = (List<Object>) tab.page().evaluate("name => window.probe[name]", name);
        return new ArrayList<>(
                found.stream().map(one -> ((Number) one).doubleValue()).toList());
    }

    private static double median(List<Double> values) {
        return at(values, 0.5);
    }

    private static double at(List<Double> values, double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get((int) Math.min(sorted.size() - 1, share * sorted.size()));
    }

    private static void print(String what, List<Double> millis) {
        System.out.printf(
                Locale.ROOT,
                "%s: n %d, median %.0f ms, p95 %.0f ms, most %.0f ms%n",
                what,
                millis.size(),
                median(millis),
                at(millis, 0.95),
                at(millis, 1));
    }
}
