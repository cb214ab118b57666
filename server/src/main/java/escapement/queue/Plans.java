package escapement.queue;

import com.fasterxml.jackson.databind.JsonNode;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Actions;
import escapement.action.DryRunnable;
import escapement.action.Outcome;
import escapement.catalog.Catalog;
import escapement.db.Database;
import escapement.json.Json;
import escapement.secret.Mask;
import escapement.secret.Secrets;
import escapement.secret.Secrets.Opened;
import escapement.task.TaskDetail;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What waiting tasks would do, asked of actions that can say it; nothing is done. Thread-safe. */
public final class Plans {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Actions actions;
    private final Params params;

    public Plans(Database database, Actions actions, Catalog catalog, Secrets secrets) {
        this.actions = actions;
        this.params = new Params(database, catalog, secrets);
    }

    /** The plan, or an object of {@code error}; null when the action makes none, or is not offered by this node. */
    public @Nullable JsonNode of(TaskDetail task) {
        String name = task.task().actionName();
        Action action = actions.find(name);
        if (!(action instanceof DryRunnable)) {
            return null;
        }
        CompletableFuture<JsonNode> plan = new CompletableFuture<>();
        Thread planner =
                Thread.ofVirtual().name("plan-" + task.task().id()).start(() -> plan.complete(plan(task, action)));
        try {
            return plan.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            planner.interrupt();
            return error("the action made no plan within " + PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return error("interrupted");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode plan(TaskDetail task, Action action) {
        Mask mask = Mask.NONE;
        try {
            Opened opened = params.resolved(task.actionParams(), action.name());
            mask = opened.mask();
            Outcome outcome = MaskedOutcome.of(
                    DryRun.of(
                            action,
                            new Asking(task.task().id(), opened.params()),
                            task.task().description()),
                    mask);
            return switch (outcome) {
                case Outcome.DryRun dryRun -> dryRun.result();
                case Outcome.Failed failed -> error(failed.error());
                default -> error("the action answered with no plan");
            };
        } catch (Throwable e) { // whatever an action throws, the rest of the evidence is still to be seen
            return error(mask.text(String.valueOf(e.getMessage())));
        }
    }

    private static JsonNode error(String what) {
        return Json.nodes().objectNode().put("error", what);
    }

    /** Of a task that does not run: what its action says on the way is heard by nobody. */
    private record Asking(long taskId, JsonNode params) implements ActionContext {
        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public int failuresBefore() {
            return 0;
        }

        @Override
        public void log(String text) {}

        @Override
        public void progress(double fraction, @Nullable String message) {}
    }
}
