package escapement.admin;

import escapement.calibration.ComparisonStore;
import escapement.calibration.map.Drift;
import escapement.follow.CountStore;
import escapement.follow.Counts;
import escapement.follow.Deadlines;
import escapement.queue.Engine;
import escapement.webhook.Deliveries;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What Prometheus scrapes from this node: the cluster's counts as the database has them, and the node's own state. Thread-safe. */
public final class NodeMetrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    // not on the request's virtual thread: there a BufferedWriter grows by each text it is given and is copied each
    // time, 15 MB
    // in all, where a platform thread's has its full size at once
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("scrape").daemon().factory());
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final MultiGauge tasks;
    private final MultiGauge attempts;
    private final MultiGauge waiting;
    private final MultiGauge deadlines;
    private final MultiGauge modes;
    private final MultiGauge heldBack;
    private final MultiGauge heldBackSince;
    private final MultiGauge driftAlarms;
    private final MultiGauge mapAges;
    private final String name;
    private final Engine engine;
    private MetricSnapshots cluster = MetricSnapshots.of(); // guarded by this

    public NodeMetrics(String name, Engine engine, Deliveries deliveries, ComparisonStore calibration) {
        this.name = name;
        this.engine = engine;
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        tasks = MultiGauge.builder("escapement.tasks")
                .description("Tasks by queue and status, in the whole cluster")
                .register(registry);
        attempts = MultiGauge.builder("escapement.attempts.ended")
                .description("Attempts that ended, by outcome, in the whole cluster since the first start")
                .register(registry);
        waiting = MultiGauge.builder("escapement.queue.next.waiting")
                .description("For how long the task that is claimed next has been ready")
                .baseUnit("seconds")
                .register(registry);
        deadlines = MultiGauge.builder("escapement.deadlines")
                .description("Tasks with a deadline: ended by it (met) or later (missed), going on near it (at_risk)"
                        + " or past it (breached_running), in the whole cluster")
                .register(registry);
        modes = MultiGauge.builder("escapement.mode")
                .description("1 for the mode of the whole cluster, 0 for the others")
                .register(registry);
        heldBack = MultiGauge.builder("escapement.held.back")
                .description("Ready tasks that a hold of everything or of their queue keeps from starting")
                .register(registry);
        heldBackSince = MultiGauge.builder("escapement.held.back.since")
                .description("Since when ready tasks are held back, in Unix time; absent when none is")
                .baseUnit("seconds")
                .register(registry);
        driftAlarms = MultiGauge.builder("escapement.calibration.drift.alarm")
                .description(
                        "1 for each action (empty: all) whose outcomes stray from what the calibration map says, else 0")
                .register(registry);
        mapAges = MultiGauge.builder("escapement.calibration.map.published")
                .description(
                        "Since when the calibration map that counts for an action (empty: all) is in force, in Unix time")
                .baseUnit("seconds")
                .register(registry);
        registry.getPrometheusRegistry().register((MultiCollector) () -> cluster);
        Gauge.builder("escapement.node.running", engine, Engine::running)
                .description("Actions running on this node")
                .register(registry);
        Gauge.builder("escapement.node.abandoned", engine, Engine::abandoned)
                .description("Actions on this node that were told to stop and did not; each still takes a slot")
                .register(registry);
        Gauge.builder("escapement.node.limit", engine, Engine::limit)
                .description("Most actions that run at once on this node")
                .register(registry);
        Gauge.builder("escapement.calibration.differences", calibration, ComparisonStore::lastDifferences)
                .description("Sums of calibration that were not what the attempts say, on the last day compared")
                .register(registry);
        FunctionCounter.builder("escapement.stale.completions", engine, Engine::refusedEnds)
                .description("Ends refused because the task had been taken away from this node")
                .register(registry);
        FunctionCounter.builder("escapement.webhook.accepted", deliveries, Deliveries::accepted)
                .description("Alerts that the webhook accepted from this node")
                .register(registry);
        FunctionCounter.builder("escapement.webhook.failed", deliveries, Deliveries::failed)
                .description("Tries of this node to alert the webhook that did not succeed")
                .register(registry);
        FunctionCounter.builder("escapement.webhook.given.up", deliveries, Deliveries::givenUp)
                .description("Alerts that the webhook did not take for a day, given up by this node")
                .register(registry);
    }

    String name() {
        return name;
    }

    int running() {
        return engine.running();
    }

    int limit() {
        return engine.limit();
    }

    synchronized String scrape(
            Counts counts,
            List<CountStore.QueueHead> queues,
            Deadlines late,
            Mode mode,
            List<Hold> holds,
            List<Drift> drifts) {
        List<MultiGauge.Row<?>> byStatus = new ArrayList<>();
        List<MultiGauge.Row<?>> heads = new ArrayList<>();
        for (CountStore.QueueHead queue : queues) {
            counts.byStatus(queue.name())
                    .forEach((status, n) -> byStatus.add(
                            MultiGauge.Row.of(Tags.of("queue", queue.name(), "status", status.name()), n)));
            if (queue.nextWaitingSeconds() != null) {
                heads.add(MultiGauge.Row.of(Tags.of("queue", queue.name()), queue.nextWaitingSeconds()));
            }
        }
        List<MultiGauge.Row<?>> byOutcome = new ArrayList<>();
        for (var outcome : escapement.task.AttemptOutcome.values()) {
            byOutcome.add(MultiGauge.Row.of(Tags.of("outcome", outcome.name()), counts.attempts(outcome)));
        }
        deadlines.register(
                List.of(
                        MultiGauge.Row.of(Tags.of("state", "met"), late.met()),
                        MultiGauge.Row.of(Tags.of("state", "missed"), late.missed()),
                        MultiGauge.Row.of(Tags.of("state", "at_risk"), late.atRisk()),
                        MultiGauge.Row.of(Tags.of("state", "breached_running"), late.breachedRunning())),
                true);
        tasks.register(byStatus, true);
        waiting.register(heads, true);
        attempts.register(byOutcome, true);
        registerStops(mode, HeldBack.of(counts, holds));
        registerDrift(drifts);
        return registry.scrape();
    }

    private void registerStops(Mode mode, HeldBack held) {
        List<MultiGauge.Row<?>> each = new ArrayList<>();
        for (Mode one : Mode.values()) {
            each.add(MultiGauge.Row.of(Tags.of("mode", one.name()), one == mode ? 1 : 0));
        }
        modes.register(each, true);
        heldBack.register(List.of(MultiGauge.Row.of(Tags.empty(), held.tasks())), true);
        heldBackSince.register(
                held.since() == null
                        ? List.of()
                        : List.of(MultiGauge.Row.of(Tags.empty(), held.since().toEpochMilli() / 1000.0)),
                true);
    synchronized String scrape(ClusterMetrics metrics) {
        cluster = metrics.snapshots();
        return CompletableFuture.supplyAsync(() -> registry.scrape(), writer).join();
    }

    private void registerDrift(List<Drift> drifts) {
        List<MultiGauge.Row<?>> alarms = new ArrayList<>();
        List<MultiGauge.Row<?>> ages = new ArrayList<>();
        for (Drift drift : drifts) {
            Tags tags = Tags.of("action", drift.action() == null ? "" : drift.action());
            alarms.add(MultiGauge.Row.of(tags, drift.alarmSince() == null ? 0 : 1));
            if (drift.publishedAt() != null) {
                ages.add(MultiGauge.Row.of(tags, drift.publishedAt().toEpochMilli() / 1000.0));
            }
        }
        driftAlarms.register(alarms, true);
        mapAges.register(ages, true);
    }

    @Override
    public void close() {
        writer.shutdown();
        gc.close();
        registry.close();
    }
}
