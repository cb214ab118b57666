package escapement.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The five tests, each in a workflow of its own that is cancelled at the end, if anything of it is left. */
final class SelfTest {
    static final String QUEUE = "selftest";
    private static final String TASKS = "/api/v1/tasks";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);
    private static final int MOST_OF_A_PRIORITY = 330; // a batch takes 1000
    private static final List<Integer> DELAYS = List.of(2, 4);
    private static final double EARLY = 0.1;
    private static final double LATE = 5; // a busy machine is no fault of the back-off

    private final Api api;
    private final String run;

    SelfTest(Api api, String run) {
        this.api = api;
        this.run = run;
    }

    List<Case> cases() {
        return List.of(
                () -> result("Priority-Based Task Execution", "priority_execution", this::priority),
                () -> result("Task Dependency Resolution", "dependency_resolution", this::dependencies),
                () -> result("Risk-Based Task Filtering", "risk_filtering", this::risk),
                () -> result("Conditional Branching", "conditional_branching", this::branching),
                () -> result("Retry Logic", "retry_logic", this::retry));
    }

    private Result result(String name, String key, Test test) {
        long startedAt = System.nanoTime();
        String workflow = "selftest-" + run + "-" + key;
        String details;
        boolean passed = false;
        try {
            details = test.run(workflow);
            passed = true;
        } catch (FailedException | RefusedException e) {
            details = String.valueOf(e.getMessage());
        } finally {
            cancelRest(workflow);
        }
        return new Result(name, key, passed, details, (System.nanoTime() - startedAt) / 1_000_000);
    }

    /**
     * LOW, MEDIUM and CRITICAL, stored together and in this order, each as many as the server runs at once: there is no
     * order to be seen among those that all find a place.
     */
    private String priority(String workflow) {
        int slots = slots();
        ArrayNode tasks = Json.nodes().arrayNode();
        for (String priority : List.of("LOW", "MEDIUM", "CRITICAL")) {
            for (int i = 0; i < slots; i++) {
                tasks.add(task(workflow, "sleep", priority).set("action_params", milliseconds(300)));
            }
        }
        List<String> ids = submit(tasks);
        settle(workflow);
        Instant lastCritical = last(ids.subList(2 * slots, 3 * slots));
        Instant firstLow = first(ids.subList(0, slots));
        Instant firstMedium = first(ids.subList(slots, 2 * slots));
        require(!firstMedium.isBefore(first(ids.subList(2 * slots, 3 * slots))), "MEDIUM started before CRITICAL");
        require(!firstLow.isBefore(firstMedium), "LOW started before MEDIUM");
        require(
                !firstLow.isBefore(lastCritical),
                "a LOW task started at " + firstLow + ", before the last CRITICAL one at " + lastCritical);
        return 3 * slots + " executed, CRITICAL before MEDIUM before LOW";
    }

    private int slots() {
        JsonNode report = api.get("/api/v1/reports/node-load").json();
        int slots = -1;
        int alive = -1;
        for (int i = 0; i < report.path("columns").size(); i++) {
            String column = report.path("columns").path(i).path("name").asText();
            slots = column.equals("slots") ? i : slots;
            alive = column.equals("alive") ? i : alive;
        }
        int all = 0;
        for (JsonNode row : report.path("rows")) {
            all += row.path(alive).booleanValue() ? row.path(slots).intValue() : 0;
        }
        require(
                all <= MOST_OF_A_PRIORITY,
                "the nodes run " + all + " tasks at once: no order can be seen among " + MOST_OF_A_PRIORITY);
        return Math.max(1, all);
    }

    private String dependencies(String workflow) {
        ArrayNode tasks = Json.nodes().arrayNode(); // the last one first: it is not the order of submission that counts
        tasks.add(after(task(workflow, "sleep", "HIGH").put("ref", "c"), "b").set("action_params", milliseconds(50)));
        tasks.add(after(task(workflow, "sleep", "HIGH").put("ref", "b"), "a").set("action_params", milliseconds(50)));
        tasks.add(task(workflow, "sleep", "HIGH").put("ref", "a").set("action_params", milliseconds(50)));
        List<JsonNode> stored = new ArrayList<>();
        List<String> ids = submit(tasks);
        settle(workflow);
        ids.forEach(id -> stored.add(api.get(TASKS + "/" + id).json()));
        for (int i = 2; i > 0; i--) {
            require(
                    is(stored.get(i), "COMPLETED"),
                    "a task is " + stored.get(i).path("status").asText());
            Instant upstream = time(stored.get(i), "completed_at");
            Instant downstream = time(stored.get(i - 1), "started_at");
            require(
                    !downstream.isBefore(upstream),
                    "a task started at " + downstream + ", before the one it waits for ended at " + upstream);
        }
        require(is(stored.getFirst(), "COMPLETED"), "the last task is not COMPLETED");
        return "3 executed, one after the other";
    }

    private String risk(String workflow) {
        ObjectNode unsure =
                task(workflow, "echo", "MEDIUM").put("risk_level", "HIGH").put("confidence_score", 0.4);
        ObjectNode sure = task(workflow, "echo", "MEDIUM")
                .put("risk_level", "HIGH")
                .put("confidence_score", 0.9)
                .put("dry_run", true);
        List<String> ids = submit(Json.nodes().arrayNode().add(unsure).add(sure));
        settle(workflow);
        JsonNode held = api.get(TASKS + "/" + ids.get(0)).json();
        JsonNode dry = api.get(TASKS + "/" + ids.get(1)).json();
        require(
                is(held, "DEFERRED") && held.path("attempt_count").intValue() == 0,
                "HIGH risk at confidence 0.4 is " + held.path("status").asText() + " instead of DEFERRED");
        require(
                is(dry, "COMPLETED") && dry.path("result").path("dry_run").booleanValue(),
                "the dry run at confidence 0.9 is " + dry.path("status").asText());
        return Text.of(held.path("reason")) + "; the dry run at 0.9 is COMPLETED";
    }

    private String branching(String workflow) {
        ObjectNode parent = task(workflow, "echo", "HIGH").put("confidence_score", 0.9);
        ObjectNode branch = Json.nodes().objectNode().put("condition_type", "success");
        branch.putObject("next_task_template")
                .put("description", "Success branch: Extract data")
                .put("action_name", "echo")
                .put("queue", QUEUE)
                .put("priority", "HIGH")
                .put("risk_level", "LOW")
                .put("confidence_score", 0.8);
        parent.putArray("conditional_branches").add(branch);
        String id = submit(Json.nodes().arrayNode().add(parent)).getFirst();
        settle(workflow);
        JsonNode all = api.get(TASKS, Map.of("workflow_id", workflow)).json().path("items");
        require(all.size() == 2, all.size() + " tasks instead of a parent and its branch");
        JsonNode child = all.get(0); // newest first
        require(is(child, "COMPLETED") && is(all.get(1), "COMPLETED"), "not both are COMPLETED");
        require(
                child.path("parent_id").asText().equals(id)
                        && child.path("priority").asText().equals("HIGH")
                        && child.path("confidence_score").doubleValue() == 0.8,
                "the branch is not as its template says: " + Text.of(child));
        return "2 executed, the second as the template of the first says";
    }

    private String retry(String workflow) {
        ObjectNode task = task(workflow, "fail", "HIGH").put("max_attempts", 3);
        task.putObject("action_params").put("message", "selftest");
        String id = submit(Json.nodes().arrayNode().add(task)).getFirst();
        settle(workflow);
        JsonNode failed = api.get(TASKS + "/" + id).json();
        JsonNode attempts = api.get(TASKS + "/" + id + "/attempts").json().path("items");
        require(is(failed, "FAILED"), "the task is " + failed.path("status").asText() + " instead of FAILED");
        require(attempts.size() == 3, attempts.size() + " attempts instead of 3");
        List<String> gaps = new ArrayList<>();
        for (int i = 1; i < 3; i++) {
            require(attempts.path(i).path("error").isTextual(), "attempt " + (i + 1) + " has no error");
            double gap = Duration.between(time(attempts.path(i - 1), "ended_at"), time(attempts.path(i), "started_at"))
                            .toMillis()
                    / 1000.0;
            int wanted = DELAYS.get(i - 1);
            require(
                    gap >= wanted - EARLY && gap <= wanted + LATE,
                    "attempt " + (i + 1) + " came after " + gap + " s instead of " + wanted);
            gaps.add(gap + " s");
        }
        return "3 attempts, " + String.join(" and ", gaps) + " apart, FAILED";
    }

    private static ObjectNode task(String workflow, String action, String priority) {
        ObjectNode task = Json.nodes()
                .objectNode()
                .put("action_name", action)
                .put("description", "escapement selftest")
                .put("queue", QUEUE)
                .put("workflow_id", workflow)
                .put("priority", priority)
                .put("risk_level", "LOW");
        task.putObject("action_params");
        return task;
    }

    private static ObjectNode after(ObjectNode task, String ref) {
        task.putArray("dependencies").add(ref);
        return task;
    }

    private static ObjectNode milliseconds(int long_) {
        return Json.nodes().objectNode().put("milliseconds", long_);
    }

    private List<String> submit(ArrayNode tasks) {
        ObjectNode body = Json.nodes().objectNode();
        body.set("tasks", tasks);
        List<String> ids = new ArrayList<>();
        api.post(TASKS + "/batch", body)
                .json()
                .path("tasks")
                .forEach(one -> ids.add(one.path("id").asText()));
        return ids;
    }

    /** Waits until nothing of the workflow can go on without a person. */
    private void settle(String workflow) {
        long patience = System.nanoTime() + PATIENCE.toNanos();
        while (!api.get("/api/v1/workflows/" + workflow + "/wait", Map.of("timeout_seconds", "5"))
                .json()
                .path("settled")
                .booleanValue()) {
            require(
                    System.nanoTime() - patience < 0,
                    "not over within " + PATIENCE.toSeconds() + " s: is a queue held?");
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    private void cancelRest(String workflow) {
        try {
            api.post(
                    "/api/v1/workflows/" + workflow + "/cancel",
                    Json.nodes().objectNode().put("reason", "the selftest is over"));
        } catch (RefusedException e) {
            // nothing was stored
        }
    }

    private Instant first(List<String> ids) {
        return starts(ids).stream().min(Instant::compareTo).orElseThrow();
    }

    private Instant last(List<String> ids) {
        return starts(ids).stream().max(Instant::compareTo).orElseThrow();
    }

    private List<Instant> starts(List<String> ids) {
        List<Instant> starts = new ArrayList<>();
        for (String id : ids) {
            JsonNode task = api.get(TASKS + "/" + id).json();
            require(
                    is(task, "COMPLETED"),
                    "task " + id + " is " + task.path("status").asText());
            starts.add(time(task, "started_at"));
        }
        return starts;
    }

    private static Instant time(JsonNode json, String name) {
        return Instant.parse(json.path(name).asText());
    }

    private static boolean is(JsonNode task, String status) {
        return task.path("status").asText().equals(status);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new FailedException(otherwise);
        }
    }

    /** One of the tests, to be run. */
    @FunctionalInterface
    interface Case {
        Result run();
    }

    /** @return what was seen */
    @FunctionalInterface
    private interface Test {
        String run(String workflow);
    }

    /** How a test ended. @param key its place in the checklist */
    record Result(String name, String key, boolean passed, String details, long milliseconds) {}

    private static final class FailedException extends RuntimeException {
        FailedException(String message) {
            super(message);
        }
    }
}
