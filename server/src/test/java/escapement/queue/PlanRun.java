package escapement.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.action.Outcome;
import escapement.json.Json;
import escapement.queue.Plan.Step;
import escapement.queue.ReferenceModel.Edge;
import escapement.queue.ReferenceModel.Sequel;
import escapement.queue.ReferenceModel.Target;
import escapement.queue.ReferenceModel.Task;
import escapement.queue.ReferenceModel.Template;
import escapement.support.Answer;
import escapement.support.TestDatabase;
import escapement.support.TestServer;
import escapement.task.TaskStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** One try of {@link WorkflowPropertyDbTest}: every command goes to the server and to the model, and then they are compared. */
final class PlanRun {
    private static final String REASON = "{\"reason\":\"because\"}";

    private final TestServer server;
    private final Verdicts verdicts;
    private final Standing standing;
    private final String prefix;
    private final ReferenceModel model = new ReferenceModel();
    private final List<String> said = new ArrayList<>();
    private int submitted;

    PlanRun(TestServer server, TestDatabase database, Verdicts verdicts, int number) {
        this.server = server;
        this.verdicts = verdicts;
        this.prefix = "try-" + number + "-";
        this.standing = new Standing(database, verdicts, List.of(workflow(0), workflow(1)));
    }

    private String workflow(int number) {
        return prefix + number;
    }

    void perform(Step step) {
        switch (step) {
            case Step.Batch batch -> submit(batch);
            case Step.End end -> end(end);
            case Step.Cancel cancel -> cancel(cancel);
            case Step.CancelWorkflow cancel -> cancelWorkflow(cancel.workflow());
            case Step.Retry retry -> retry(retry);
        }
        standing.awaitSame(model, said);
        for (int workflow = 0; workflow < 2; workflow++) {
            compareWait(workflow);
        }
    }

    private void compareWait(int workflow) {
        if (model.tasks().stream().anyMatch(has(workflow))) {
            boolean settled = server.get("/api/v1/workflows/" + workflow(workflow) + "/wait?timeout_seconds=0")
                    .json()
                    .path("settled")
                    .booleanValue();
            assertThat(settled)
                    .as("whether workflow %d is settled after%n%s", workflow, String.join("\n", said))
                    .isEqualTo(model.isSettled(workflow));
        }
    }

    private static Predicate<Task> has(int workflow) {
        return task -> task.workflow == workflow;
    }

    private void end(Step.End step) {
        Task task = choose(model.all(TaskStatus.IN_PROGRESS), step.choice());
        if (task != null) {
            said.add(task + " ends " + step.verdict());
            int attempt = task.attempts;
            model.end(task, step.verdict());
            verdicts.give(standing.id(task), attempt, outcome(step.verdict()));
        }
    }

    private static Outcome outcome(Plan.Verdict verdict) {
        return switch (verdict) {
            case ONE -> new Outcome.Succeeded(Json.parse("1"));
            case TRUE -> new Outcome.Succeeded(Json.parse("true"));
            case FAILED -> new Outcome.Failed("broken", true);
            case FAILED_FOR_GOOD -> new Outcome.Failed("broken", false);
        };
    }

    private void cancel(Step.Cancel step) {
        Task task = choose(List.copyOf(model.tasks()), step.choice());
        if (task != null) {
            said.add("cancel " + task);
            boolean possible = task.isLive() || task.status == TaskStatus.CANCELLED;
            Answer answer = server.post("/api/v1/tasks/" + standing.id(task) + "/cancel", REASON);
            assertAnswer(answer, possible ? 200 : 409);
            if (task.isLive()) {
                model.cancel(List.of(task));
            }
        }
    }

    private void cancelWorkflow(int workflow) {
        if (model.tasks().stream().anyMatch(has(workflow))) {
            said.add("cancel workflow " + workflow);
            assertAnswer(server.post("/api/v1/workflows/" + workflow(workflow) + "/cancel", REASON), 200);
            model.cancel(model.tasks().stream()
                    .filter(has(workflow))
                    .filter(Task::isLive)
                    .toList());
        }
    }

    private void retry(Step.Retry step) {
        List<Task> ended = model.tasks().stream().filter(task -> !task.isLive()).toList();
        Task task = choose(ended, step.choice());
        if (task != null) {
            said.add("retry " + task + (step.downstream() ? " and what follows" : ""));
            Answer answer = server.post(
                    "/api/v1/tasks/" + standing.id(task) + "/retry",
                    "{\"reason\":\"because\",\"downstream\":%s}".formatted(step.downstream()));
            assertAnswer(answer, model.retry(task, step.downstream()) ? 200 : 409);
        }
    }

    private void assertAnswer(Answer answer, int wanted) {
        assertThat(answer.status())
                .as("%s%n%s", String.join("\n", said), answer.text())
                .isEqualTo(wanted);
    }

    private static <T> T choose(List<T> from, int choice) {
        return from.isEmpty() ? null : from.get(choice % from.size());
    }

    private void submit(Step.Batch batch) {
        List<Task> known = List.copyOf(model.tasks());
        List<Task> added = new ArrayList<>();
        for (int i = 0; i < batch.tasks().size(); i++) {
            added.add(new Task("t" + submitted++, batch.workflow()));
        }
        List<ObjectNode> json = new ArrayList<>();
        for (int i = 0; i < added.size(); i++) {
            json.add(task(batch.tasks().get(i), i, added, known));
        }
        if (batch.reversed()) {
            Collections.reverse(json);
        }
        ObjectNode body = Json.nodes().objectNode();
        body.putArray("tasks").addAll(json);
        said.add("submit " + Json.write(body));
        assertAnswer(server.post("/api/v1/tasks/batch", Json.write(body)), 201);
        model.submit(added);
    }

    private ObjectNode task(Plan.Task plan, int index, List<Task> batch, List<Task> known) {
        Task task = batch.get(index);
        task.skips = plan.skips();
        task.maxAttempts = plan.maxAttempts();
        List<Task> before = new ArrayList<>(batch.subList(0, index));
        before.addAll(known);
        ObjectNode json = json(task.name, task.skips)
                .put("ref", task.name)
                .put("workflow_id", workflow(task.workflow))
                .put("max_attempts", task.maxAttempts);
        json.putObject("retry").put("first_seconds", plan.backsOff() ? 0.02 : 0).put("jitter", 0);
        task.edges.addAll(edges(plan.dependencies(), before, json));
        // one that waits for nothing can wait for none of those that it makes wait, however they do
        List<Task> targets = new ArrayList<>(batch.subList(index + 1, batch.size()));
        if (task.edges.isEmpty() && index == 0) {
            known.stream().filter(Task::canBecomeTarget).forEach(targets::add);
        }
        task.branches.addAll(branches(plan.branches(), batch, targets, json));
        return json;
    }

    private static ObjectNode json(String description, boolean skips) {
        return Json.nodes()
                .objectNode()
                .put("action_name", "verdict")
                .put("description", description)
                .put("max_attempts", 1)
                .put("on_dependency_failure", skips ? "skip" : "block");
    }

    private List<Edge> edges(List<Plan.Dependency> plans, List<Task> candidates, ObjectNode json) {
        List<Edge> edges = new ArrayList<>();
        Set<Task> chosen = new HashSet<>();
        ArrayNode dependencies = json.putArray("dependencies");
        for (Plan.Dependency plan : plans) {
            Task upstream = choose(candidates, plan.choice());
            if (upstream != null && chosen.add(upstream)) {
                edges.add(new Edge(upstream, plan.required(), false));
                dependencies
                        .addObject()
                        .put("task_id", reference(upstream))
                        .put("required_status", plan.required().name());
            }
        }
        return edges;
    }

    private List<ReferenceModel.Branch> branches(
            List<Plan.Branch> plans, List<Task> batch, List<Task> targets, ObjectNode json) {
        List<ReferenceModel.Branch> branches = new ArrayList<>();
        ArrayNode array = json.putArray("conditional_branches");
        for (Plan.Branch plan : plans) {
            ObjectNode branch = (ObjectNode) Json.parse("{" + plan.when().json + "}");
            Sequel sequel = sequel(plan.sequel(), Integer.toString(array.size()), batch, targets, branch);
            if (sequel != null) {
                array.add(branch);
                branches.add(new ReferenceModel.Branch(plan.when(), sequel));
            }
        }
        return branches;
    }

    private Sequel sequel(Plan.Sequel plan, String label, List<Task> batch, List<Task> targets, ObjectNode branch) {
        return switch (plan) {
            case Plan.Sequel.Target chosen -> {
                Task target = choose(targets, chosen.choice());
                if (target != null) {
                    branch.put("next_task_id", reference(target));
                }
                yield target == null ? null : new Target(target);
            }
            case Plan.Sequel.Template template -> {
                ObjectNode json = template.keyed() ? json("keyed", false) : json(label, template.skips());
                branch.set("next_task_template", json);
                if (template.keyed()) {
                    json.put("idempotency_key", prefix + "key");
                    yield new Template(label, List.of(), false, true, List.of());
                }
                List<Edge> edges = edges(template.dependencies(), batch, json);
                List<Task> others = new ArrayList<>(targets); // it cannot take what it waits for
                edges.forEach(edge -> others.remove(edge.upstream()));
                yield new Template(
                        label, edges, template.skips(), false, branches(template.branches(), batch, others, json));
            }
        };
    }

    /** How the others of its batch call a new task, and everybody a stored one. */
    private String reference(Task task) {
        return standing.knows(task) ? Long.toString(standing.id(task)) : task.name;
    }

    /** Leaves nothing running behind, whatever happened. */
    void abandon() {
        for (int workflow = 0; workflow < 2; workflow++) {
            server.post("/api/v1/workflows/" + workflow(workflow) + "/cancel", REASON);
        }
    }
}
