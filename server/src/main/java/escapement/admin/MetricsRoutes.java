package escapement.admin;

import static escapement.task.AttemptOutcome.CANCELLED;
import static escapement.task.AttemptOutcome.DRY_RUN;
import static escapement.task.AttemptOutcome.FAILED;
import static escapement.task.AttemptOutcome.SUCCEEDED;
import static escapement.task.AttemptOutcome.TIMEOUT;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import escapement.calibration.map.DriftWatch;
import escapement.follow.CountStore;
import escapement.follow.Counts;
import escapement.follow.Deadlines;
import escapement.follow.Spread;
import escapement.follow.SpreadStore;
import escapement.json.Json;
import escapement.queue.Holds;
import escapement.queue.Modes;
import escapement.task.TaskStatus;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Set;

/** Counts for people and programs. */
public final class MetricsRoutes implements Routes {
    private static final int MOST_MINUTES = 1440;

    private final CountStore counts;
    private final SpreadStore spreads;
    private final NodeMetrics node;
    private final Modes modes;
    private final Holds holds;
    private final DriftWatch drift;
    private final String auth;

    public MetricsRoutes(
            CountStore counts,
            SpreadStore spreads,
            NodeMetrics node,
            Modes modes,
            Holds holds,
            DriftWatch drift,
            boolean login) {
        this.counts = counts;
        this.spreads = spreads;
        this.node = node;
        this.modes = modes;
        this.holds = holds;
        this.drift = drift;
        this.auth = login ? "token" : "none";
    }

    @Override
    public void addTo(RoutesConfig routes) {
        routes.get("/api/v1/metrics", this::metrics, Needs.VIEWER);
        routes.get("/metrics", this::prometheus, Needs.VIEWER);
    }

    private void metrics(Context ctx) {
        Query query = new Query(ctx, Set.of("window_minutes"));
        int minutes = query.integer("window_minutes", 1, MOST_MINUTES, 60);
        query.check();
        Counts now = counts.counts();
        // attempts that came to an end of their own; LOST and SNOOZED ones say nothing about the action
        long succeeded = now.attempts(SUCCEEDED, DRY_RUN);
        long failed = now.attempts(FAILED, TIMEOUT);
        long executed = succeeded + failed + now.attempts(CANCELLED);

        ObjectNode json = Json.nodes().objectNode();
        json.put("total_tasks", now.tasks());
        json.put("total_executed", executed);
        json.put("total_succeeded", succeeded);
        json.put("total_failed", failed);
        json.put("total_deferred", now.entered(TaskStatus.DEFERRED));
        json.put("success_rate", executed == 0 ? 0.0 : (double) succeeded / executed);
        json.put("active_tasks", now.tasks(TaskStatus.IN_PROGRESS));
        json.put(
                "pending_tasks",
                now.tasks(TaskStatus.PENDING) + now.tasks(TaskStatus.SCHEDULED) + now.tasks(TaskStatus.BLOCKED));
        json.put("completed_tasks", now.tasks(TaskStatus.COMPLETED));
        json.put("failed_tasks", now.tasks(TaskStatus.FAILED));
        json.put("skipped_tasks", now.tasks(TaskStatus.SKIPPED));
        json.put("deferred_tasks", now.tasks(TaskStatus.DEFERRED));
        json.put("blocked_tasks", now.tasks(TaskStatus.BLOCKED));
        json.put("cancelled_tasks", now.tasks(TaskStatus.CANCELLED));
        json.put("removed_tasks", now.removed());
        ObjectNode statuses = json.putObject("by_status");
        now.byStatus().forEach((status, n) -> statuses.put(status.name(), n));
        addThroughput(json, spreads.throughput());
        addDurations(json, minutes, spreads.lately(minutes));
        addDeadlines(json, counts.deadlines());
        addQueues(json, now);
        json.putObject("node")
                .put("name", node.name())
                .put("running", node.running())
                .put("limit", node.limit());
        json.put("mode", modes.current().mode().name());
        json.put("auth", auth);
        ctx.contentType("application/json").result(Json.write(json));
    }

    private static void addThroughput(ObjectNode json, SpreadStore.Throughput ended) {
        ArrayNode spans = json.putArray("throughput");
        addSpan(spans, 1, ended.inOneMinute());
        addSpan(spans, 5, ended.inFiveMinutes());
        addSpan(spans, 60, ended.inSixtyMinutes());
    }

    private static void addSpan(ArrayNode spans, int minutes, long attempts) {
        spans.addObject()
                .put("minutes", minutes)
                .put("attempts", attempts)
                .put("per_second", attempts / (minutes * 60.0));
    }

    private static void addDurations(ObjectNode json, int minutes, SpreadStore.Lately lately) {
        ObjectNode durations = json.putObject("durations").put("window_minutes", minutes);
        addSpread(durations.putObject("wait_ms"), lately.waits());
        addSpread(durations.putObject("run_ms"), lately.runs());
    }

    private static void addSpread(ObjectNode json, Spread spread) {
        json.put("n", spread.n())
                .put("p50", spread.percentileMillis(0.5))
                .put("p95", spread.percentileMillis(0.95))
                .put("p99", spread.percentileMillis(0.99));
    }

    private static void addDeadlines(ObjectNode json, Deadlines deadlines) {
        json.putObject("deadlines")
                .put("met", deadlines.met())
                .put("missed", deadlines.missed())
                .put("at_risk", deadlines.atRisk())
                .put("breached_running", deadlines.breachedRunning())
                .put("on_time_rate", deadlines.onTimeRate());
    }

    private void addQueues(ObjectNode json, Counts now) {
        ArrayNode queues = json.putArray("queues");
        for (CountStore.QueueHead head : counts.queues()) {
            ObjectNode queue = queues.addObject().put("name", head.name()).put("held", head.held());
            now.byStatus(head.name()).forEach((status, n) -> {
                if (!status.isTerminal()) {
                    queue.put(status.name().toLowerCase(Locale.ROOT), n);
                }
            });
            queue.put("next_waiting_seconds", head.nextWaitingSeconds());
            queue.put("oldest_waiting_seconds", head.oldestWaitingSeconds());
        }
    }

    private void prometheus(Context ctx) {
        ctx.contentType("text/plain; version=0.0.4; charset=utf-8")
                .result(node.scrape(new ClusterMetrics(
                        counts.counts(),
                        counts.queues(),
                        counts.deadlines(),
                        spreads.ever(),
                        modes.current().mode(),
                        holds.list(),
                        drift.list())));
    }
}
