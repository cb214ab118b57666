package escapement.page;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Locator;
import escapement.access.Role;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.support.People;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Texts that were made to be run are shown as they are, on every screen that shows a text of somebody else. */
class HostileTextE2eTest extends PageTest {
    private static final List<String> TEXTS = texts();
    private static final String INERT = """
            () => ({
              ran: window.pwned ?? null,
              scripts: [...document.scripts].map(({ src }) => src).filter((src) => !/\\/js\\/(theme|main)\\.js$/.test(src)),
              images: [...document.images].map(({ src }) => src).filter((src) => !src.endsWith('/icon.svg')),
              frames: document.querySelectorAll('iframe, object, embed, base, video, audio, form[action], meta[http-equiv], math, marquee').length,
              handlers: [...document.querySelectorAll('*')].filter((one) => one.getAttributeNames().some((name) => name.startsWith('on'))).length,
              styles: document.querySelectorAll('style').length,
              links: [...document.querySelectorAll('[href]')].map((one) => one.getAttribute('href')).filter((to) => !/^(#|\\/api\\/v1\\/|css\\/|\\/metrics$|icon\\.svg)/.test(to)),
            })""";

    private final List<String> failed = new ArrayList<>();
    private final List<String> held = new ArrayList<>();
    private Map<String, String> joined = Map.of();

    @Override
    protected TestServer start(TestDatabase empty) {
        return TestServer.with().page().actions(new Say()).start(empty);
    }

    /** Says its parameter {@code text} wherever an action can say something. */
    private static final class Say implements Action {
        @Override
        public String name() {
            return "say";
        }

        @Override
        public String description() {
            return String.join(" ", TEXTS.subList(0, 20));
        }

        /** Each kind of field, with such names, hints, choices and defaults. */
        @Override
        public JsonNode paramsSchema() {
            ObjectNode schema = Json.nodes().objectNode().put("type", "object");
            schema.putArray("required").add("text").add("fails");
            ObjectNode properties = schema.putObject("properties");
            properties.putObject("text").put("type", "string").put("description", TEXTS.get(60));
            properties.putObject("fails").put("type", "boolean").put("default", false);
            for (int i = 61; i < 70; i++) {
                ObjectNode property = properties.putObject("p " + TEXTS.get(i));
                property.put("description", TEXTS.get(i)).put("default", TEXTS.get(i + 1));
                switch (i % 5) {
                    case 0 -> property.put("type", "string").put("maxLength", 4000);
                    case 1 -> property.putArray("enum").add(TEXTS.get(i + 1)).add(TEXTS.get(i + 2));
                    case 2 -> property.put("type", "array");
                    case 3 -> property.put("type", "string").put("writeOnly", true);
                    default -> property.put("title", TEXTS.get(i + 3));
                }
            }
            return schema;
        }

        @Override
        public Outcome run(ActionContext context) {
            String text = context.params().path("text").textValue();
            context.log(text);
            context.progress(0.5, text);
            if (context.params().path("fails").booleanValue()) {
                throw new IllegalStateException(text);
            }
            return new Outcome.Succeeded(context.params());
        }
    }

    @BeforeAll
    void fill() {
        for (String text : TEXTS) {
            failed.add(server.submit(task(text, true).put("max_attempts", 1).toString()));
            held.add(server.submit(task(text, false)
                    .put("risk_level", "HIGH")
                    .put("confidence_score", 0.5)
                    .toString()));
        }
        server.awaitCount(Duration.ofSeconds(30), "FAILED", TEXTS.size());
        server.awaitCount(Duration.ofSeconds(30), "DEFERRED", TEXTS.size());
        for (int i = 0; i < 10; i++) {
            String reason = reason(TEXTS.get(i));
            server.post("/api/v1/tasks/" + held.get(i) + "/reject", reason).is(200);
            server.post("/api/v1/tasks/" + held.get(10 + i) + "/confidence", confidence(TEXTS.get(10 + i)))
                    .is(200);
        }
        joined = joined();
        ObjectNode hold = Json.nodes()
                .objectNode()
                .put("scope", "QUEUE")
                .put("queue", "default")
                .put("by", TEXTS.get(0).substring(0, Math.min(100, TEXTS.get(0).length())))
                .put("reason", TEXTS.get(1));
        server.post("/api/v1/holds", hold.toString()).is(201);
        ObjectNode mode = Json.nodes()
                .objectNode()
                .put("mode", "LOCKED")
                .put("by", TEXTS.get(2))
                .put("reason", TEXTS.get(3));
        server.put("/api/v1/mode", mode.toString()).is(200);
        int version = server.get("/api/v1/policy").json().path("version").intValue();
        ObjectNode policy = Json.nodes()
                .objectNode()
                .put("preset", "default")
                .put("version", version)
                .put("reason", TEXTS.get(4));
        server.put("/api/v1/policy", policy.toString()).is(200);
        new People(server).issue("ana", Role.VIEWER);
    }

    /** Tasks that wait for each other, with a branch, one of them edited. */
    private Map<String, String> joined() {
        ObjectNode batch = Json.nodes().objectNode();
        ArrayNode tasks = batch.putArray("tasks");
        waits("first", TEXTS.get(70), tasks).put("delay_seconds", 3600);
        ObjectNode middle = waits("middle", TEXTS.get(71), tasks);
        middle.putArray("dependencies").add("first");
        ObjectNode branch = middle.putArray("conditional_branches").addObject();
        branch.put("condition_type", "result_equals").put("condition_value", TEXTS.get(72));
        waits("", TEXTS.get(73), branch.putObject("next_task_template"));
        waits("last", TEXTS.get(74), tasks).putArray("dependencies").add("middle");
        Map<String, String> ids = server.submitBatch(batch.toString());
        ObjectNode edit = Json.nodes()
                .objectNode()
                .put("version", 1)
                .put("priority", "HIGH")
                .put("reason", TEXTS.get(75));
        server.patch("/api/v1/tasks/" + ids.get("middle"), edit.toString()).is(200);
        return ids;
    }

    private static ObjectNode waits(String ref, String text, ArrayNode tasks) {
        return waits(ref, text, tasks.addObject());
    }

    private static ObjectNode waits(String ref, String text, ObjectNode task) {
        if (!ref.isEmpty()) {
            task.put("ref", ref);
        }
        task.put("action_name", "say").put("description", text);
        task.putObject("action_params").put("text", text).put("fails", false);
        return task;
    }

    private static ObjectNode task(String text, boolean fails) {
        ObjectNode task = Json.nodes()
                .objectNode()
                .put("action_name", "say")
                .put("description", text)
                .put("workflow_id", "w " + text)
                .put("reasoning", text)
                .put("undo", text)
                .put("idempotency_key", (fails ? "f " : "h ") + text);
        task.putObject("action_params").put("text", text).put("fails", fails).put(text, text);
        task.putObject("metadata").put(text, text);
        task.putArray("alternatives").add(text);
        return task;
    }

    private static String reason(String text) {
        return Json.nodes().objectNode().put("reason", text).toString();
    }

    private static String confidence(String text) {
        return Json.nodes()
                .objectNode()
                .put("confidence_score", 0.6)
                .put("reason", text)
                .toString();
    }

    @Test
    void there_are_a_hundred_of_them() {
        assertThat(TEXTS).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void every_screen_shows_them_and_runs_none() {
        Tab tab = tab(Look.DARK_NARROW).expect(400).expect(404).open("/");
        for (String route : routes()) {
            tab.read(route);
            isInert(tab);
            tab.fits();
        }
    }

    private List<String> routes() {
        List<String> routes = new ArrayList<>(List.of(
                "/",
                "/tasks",
                "/tasks?status=FAILED",
                "/tasks/" + failed.get(0),
                "/tasks/" + held.get(41),
                "/tasks/" + joined.get("middle"),
                "/approvals",
                "/approvals/" + held.get(0),
                "/approvals/" + held.get(42),
                "/policy",
                "/audit",
                "/people",
                "/nodes",
                "/metrics",
                "/calibration",
                "/calibration?action=say",
                "/calibration/maps/1",
                "/reports",
                "/submit",
                "/submit?action=say",
                "/tasks?action=" + encoded(TEXTS.get(5)),
                "/metrics?queue=" + encoded(TEXTS.get(11)),
                "/calibration?action=" + encoded(TEXTS.get(12)),
                "/audit?target=" + encoded(TEXTS.get(13)),
                "/approvals/" + encoded(TEXTS.get(14)),
                "/reports/" + encoded(TEXTS.get(6)),
                "/tasks/" + encoded(TEXTS.get(7)),
                "/submit?action=" + encoded(TEXTS.get(8)) + "&params=" + encoded(TEXTS.get(9)),
                "/" + encoded(TEXTS.get(10))));
        server.get("/api/v1/reports")
                .is(200)
                .json()
                .path("items")
                .forEach(report -> routes.add("/reports/" + report.path("name").textValue()));
        assertThat(routes).hasSizeGreaterThan(40);
        return routes;
    }

    @Test
    void a_task_that_failed_of_each_shows_it_in_every_place() {
        Tab tab = tab().open("/");
        for (int i = 0; i < TEXTS.size(); i++) {
            String text = TEXTS.get(i);
            tab.read("/tasks/" + failed.get(i));
            assertThat(tab.find("main h1")).hasText(text.strip());
            assertThat(tab.find("main .attempts")).containsText(text.strip());
            tab.find("main details").all().forEach(fold -> fold.evaluate("fold => { fold.open = true }"));
            isInert(tab);
        }
    }

    @Test
    void a_held_task_of_each_shows_it_to_who_decides() {
        Tab tab = tab().open("/");
        for (int i = 0; i < TEXTS.size(); i++) {
            tab.read("/approvals/" + held.get(i));
            assertThat(tab.find("main .case h2 bdi, main .case h1").first()).isVisible();
            assertThat(tab.find("main .case")).containsText(TEXTS.get(i).strip());
            isInert(tab);
        }
    }

    @Test
    void dialogs_show_them_and_run_none() {
        Tab tab = tab().open("/approvals/" + held.get(40));
        for (String key : List.of("a", "r", "c", "d")) {
            assertThat(tab.button("Reject…")).isVisible();
            tab.press(key);
            assertThat(tab.dialog().locator("h2")).containsText(TEXTS.get(40).strip());
            isInert(tab);
            tab.press("Escape");
        }
    }

    @Test
    void what_is_around_a_task_shows_them_and_so_does_what_is_done_to_it() {
        Tab tab = tab().open("/tasks/" + joined.get("middle"));
        for (int i : new int[] {70, 72, 73, 74}) {
            assertThat(tab.find(".around")).containsText(TEXTS.get(i).strip());
        }
        assertThat(tab.find("table.audit")).containsText(TEXTS.get(75).strip());
        assertThat(tab.find(".why .reasons")).isVisible();
        tab.find("main details").all().forEach(fold -> fold.evaluate("fold => { fold.open = true }"));
        isInert(tab);

        for (String act : List.of("Edit…", "Cancel…")) {
            tab.button(act).click();
            assertThat(tab.dialog()).isVisible();
            isInert(tab);
            tab.press("Escape");
            assertThat(tab.dialog()).hasCount(0);
        }
    }

    @Test
    void fields_made_from_a_schema_show_its_texts_and_what_is_wrong_with_them() {
        Tab tab = tab().expect(400).open("/submit?action=say");

        Locator params = tab.find(".params");
        for (int i = 61; i < 70; i++) {
            assertThat(params).containsText("p " + TEXTS.get(i).strip());
        }
        assertThat(tab.find("form.submit")).containsText(TEXTS.get(3));
        tab.find("form.submit details").all().forEach(fold -> fold.evaluate("fold => { fold.open = true }"));
        isInert(tab);

        tab.find("[name=queue]").fill(TEXTS.get(20));
        tab.find("[name=metadata]").fill(TEXTS.get(21));
        tab.button("Submit the task").click();
        assertThat(tab.find(".field-error").first()).isVisible();
        isInert(tab);
        tab.find("[name=metadata]").fill("{}");
        tab.button("Submit the task").click();
        assertThat(tab.find("[name=queue]")).hasAttribute("aria-invalid", "true");
        isInert(tab);
    }

    @Test
    void a_look_into_the_list_and_its_operations_show_them() {
        Tab tab = tab().open("/tasks?status=FAILED");
        tab.press("j");
        tab.press(" ");
        assertThat(tab.find(".peek")).containsText("Parameters");
        isInert(tab);
        tab.press("Escape");

        tab.go("/tasks?status=FAILED&description=" + encoded("onerror"));
        tab.field("Tick all of this page").check();
        tab.button("Act on").click();
        assertThat(tab.dialog()).isVisible();
        isInert(tab);
    }

    private static void isInert(Tab tab) {
        assertThat(tab.page().evaluate(INERT).toString())
                .as("%s", tab.page().url())
                .isEqualTo("{ran=null, scripts=[], images=[], frames=0, handlers=0, styles=0, links=[]}");
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8)
                .replace("+", "%20");
    }

    /** What each would run: a flag that no test ever sets. */
    private static List<String> texts() {
        String run = "window.pwned=1";
        List<String> all = new ArrayList<>();
        for (String tag : List.of(
                "img",
                "svg",
                "body",
                "input autofocus",
                "video",
                "audio",
                "iframe",
                "object",
                "details open",
                "marquee")) {
            for (String on : List.of("onerror", "onload", "onfocus")) {
                all.add("<%s src=x %s=%s>".formatted(tag, on, run));
            }
        }
        for (String breakOut : List.of(
                "\"",
                "'",
                "`",
                "-->",
                "]]>",
                "</textarea>",
                "</title>",
                "</script>",
                "</style>",
                "</bdi>",
                "</pre>",
                "*/",
                "\">",
                "'>",
                "`>")) {
            all.add(breakOut + "<script>" + run + "</script>");
            all.add(breakOut + " onmouseover=" + run + " x=" + breakOut);
        }
        for (String url : List.of(
                "javascript:",
                "JaVaScRiPt:",
                " javascript:",
                "java\tscript:",
                "&#106;avascript:",
                "data:text/html,<script>",
                "vbscript:",
                "//evil.example/")) {
            all.add(url + run);
            all.add("<a href=\"%s%s\">click</a>".formatted(url, run));
            all.add("[click](%s%s)".formatted(url, run));
        }
        all.addAll(List.of(
                "<script>" + run + "</script>",
                "<ScRiPt >" + run + "</sCrIpT>",
                "<<script>" + run + "//<</script>",
                "<svg><script>" + run + "</script></svg>",
                "<svg><animate onbegin=" + run + " attributeName=x dur=1s>",
                "<math><mtext></mtext><mglyph><style><img src onerror=" + run + "></style>",
                "<template><img src=x onerror=" + run + "></template>",
                "<meta http-equiv=refresh content=\"0;url=javascript:" + run + "\">",
                "<base href=//evil.example/>",
                "<link rel=stylesheet href=//evil.example/x.css>",
                "<style>@import '//evil.example/x.css';</style>",
                "${" + run + "}",
                "{{constructor.constructor('" + run + "')()}}",
                "<form action=//evil.example/><button>go</button></form>",
                "__proto__",
                "\u202e<img src=x onerror=" + run + ">"));
        return List.copyOf(all);
    }
}
