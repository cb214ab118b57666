package escapement.admin;

import escapement.calibration.ComparisonStore;
import escapement.node.ClockGuard;
import escapement.queue.Engine;
import escapement.queue.Quarantine;
import escapement.watchdog.OldTransactions;
import escapement.watchdog.StuckTriggers;
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
    // time, 15 MB in all, where a platform thread's has its full size at once
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("scrape").daemon().factory());
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final String name;
    private final Engine engine;
    private MetricSnapshots cluster = MetricSnapshots.of(); // guarded by this

    public NodeMetrics(
            String name,
            Engine engine,
            Deliveries deliveries,
            Quarantine quarantine,
            ClockGuard clock,
            StuckTriggers stuckTriggers,
            OldTransactions oldTransactions,
            ComparisonStore calibration) {
        this.name = name;
        this.engine = engine;
        gc.bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
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
                .strongReference(true) // nobody else holds it
                .register(registry);
        FunctionCounter.builder("escapement.stale.completions", engine, Engine::refusedEnds)
                .description("Ends refused because the task had been taken away from this node")
                .register(registry);
        Gauge.builder("escapement.node.clock.ahead", clock, one -> one.ahead().toMillis() / 1000.0)
                .description("How far this machine's clock is ahead of the database's; negative: behind")
                .baseUnit("seconds")
                .register(registry);
        FunctionCounter.builder("escapement.quartz.freed", stuckTriggers, StuckTriggers::freed)
                .description("Triggers that Quartz had forgotten and this node set free")
                .register(registry);
        Gauge.builder(
                        "escapement.node.oldest.transaction",
                        oldTransactions,
                        one -> one.age().toMillis() / 1000.0)
                .description(
                        "For how long the oldest transaction of the database is open, which keeps dead rows from being cleared away")
                .baseUnit("seconds")
                .register(registry);
        FunctionCounter.builder("escapement.quarantined", quarantine, Quarantine::tasks)
                .description("Tasks that this node ended because their nodes had died again and again")
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

    synchronized String scrape(ClusterMetrics metrics) {
        cluster = metrics.snapshots();
        return CompletableFuture.supplyAsync(() -> registry.scrape(), writer).join();
    }

    @Override
    public void close() {
        writer.shutdown();
        gc.close();
        registry.close();
    }
}
