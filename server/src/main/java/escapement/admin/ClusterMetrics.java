package escapement.admin;

import escapement.calibration.map.Drift;
import escapement.follow.Buckets;
import escapement.follow.CountStore;
import escapement.follow.Counts;
import escapement.follow.Deadlines;
import escapement.follow.SpreadStore;
import escapement.queue.Hold;
import escapement.queue.Mode;
import escapement.task.AttemptOutcome;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the database says of the whole cluster, as Prometheus reads it; the same from every node. Made anew for each scrape,
 * for a meter that is registered once could not be a counter that another node counts.
 */
record ClusterMetrics(
        Counts counts,
        List<CountStore.QueueHead> queues,
        Deadlines deadlines,
        SpreadStore.Ever durations,
        Mode mode,
        List<Hold> holds,
        List<Drift> drifts) {
    ClusterMetrics {
        queues = List.copyOf(queues);
        holds = List.copyOf(holds);
        drifts = List.copyOf(drifts);
    }

    MetricSnapshots snapshots() {
        return MetricSnapshots.of(
                tasks(),
                submitted(),
                removed(),
                attempts(),
                head(
                        "escapement_queue_next_waiting_seconds",
                        "For how long the task that is claimed next has been ready"),
                oldest(),
                deadlineStates(),
                modes(),
                heldBack(),
                heldBackSince(),
                driftAlarms(),
                mapsPublished(),
                durations(
                        "escapement_attempt_wait_seconds",
                        "From ready to started, of every attempt since the first start",
                        "queue",
                        durations.waits()),
                durations(
                        "escapement_attempt_run_seconds",
                        "From started to ended, of every attempt that succeeded, failed or timed out since the first start",
                        "action",
                        durations.runs()));
    }

    private GaugeSnapshot tasks() {
        GaugeSnapshot.Builder tasks = gauge("escapement_tasks", "Tasks by queue and status");
        for (CountStore.QueueHead queue : queues) {
            counts.byStatus(queue.name())
                    .forEach((status, n) ->
                            tasks.dataPoint(point(n, Labels.of("queue", queue.name(), "status", status.name()))));
        }
        return tasks.build();
    }

    private CounterSnapshot submitted() {
        return counter("escapement_tasks_submitted", "Tasks submitted since the first start")
                .dataPoint(count(counts.tasks(), Labels.EMPTY))
                .build();
    }

    private CounterSnapshot removed() {
        return counter("escapement_tasks_removed", "Tasks that retention removed since the first start")
                .dataPoint(count(counts.removed(), Labels.EMPTY))
                .build();
    }

    private CounterSnapshot attempts() {
        CounterSnapshot.Builder attempts =
                counter("escapement_attempts_ended", "Attempts that ended since the first start, by outcome");
        for (AttemptOutcome outcome : AttemptOutcome.values()) {
            attempts.dataPoint(count(counts.attempts(outcome), Labels.of("outcome", outcome.name())));
        }
        return attempts.build();
    }

    private GaugeSnapshot head(String name, String help) {
        GaugeSnapshot.Builder ages = gauge(name, help);
        queues.forEach(queue -> addAge(ages, queue.name(), queue.nextWaitingSeconds()));
        return ages.build();
    }

    private GaugeSnapshot oldest() {
        GaugeSnapshot.Builder ages = gauge(
                "escapement_queue_oldest_waiting_seconds",
                "The longest that any of the 2000 tasks that are claimed next has been ready");
        queues.forEach(queue -> addAge(ages, queue.name(), queue.oldestWaitingSeconds()));
        return ages.build();
    }

    private static void addAge(GaugeSnapshot.Builder ages, String queue, @Nullable Double seconds) {
        if (seconds != null) {
            ages.dataPoint(point(seconds, Labels.of("queue", queue)));
        }
    }

    private GaugeSnapshot deadlineStates() {
        return gauge(
                        "escapement_deadlines",
                        "Tasks with a deadline: ended by it (met) or later (missed), going on near it (at_risk) or past it"
                                + " (breached_running)")
                .dataPoint(point(deadlines.met(), Labels.of("state", "met")))
                .dataPoint(point(deadlines.missed(), Labels.of("state", "missed")))
                .dataPoint(point(deadlines.atRisk(), Labels.of("state", "at_risk")))
                .dataPoint(point(deadlines.breachedRunning(), Labels.of("state", "breached_running")))
                .build();
    }

    private GaugeSnapshot modes() {
        GaugeSnapshot.Builder modes = gauge("escapement_mode", "1 for the mode in force, 0 for the others");
        for (Mode one : Mode.values()) {
            modes.dataPoint(point(one == mode ? 1 : 0, Labels.of("mode", one.name())));
        }
        return modes.build();
    }

    private GaugeSnapshot heldBack() {
        return gauge(
                        "escapement_held_back",
                        "Ready tasks that a hold of everything or of their queue keeps from starting")
                .dataPoint(point(HeldBack.of(counts, holds).tasks(), Labels.EMPTY))
                .build();
    }

    private GaugeSnapshot heldBackSince() {
        GaugeSnapshot.Builder since = gauge(
                "escapement_held_back_since_seconds",
                "Since when ready tasks are held back, in Unix time; absent when none is");
        HeldBack held = HeldBack.of(counts, holds);
        if (held.since() != null) {
            since.dataPoint(point(held.since().toEpochMilli() / 1000.0, Labels.EMPTY));
        }
        return since.build();
    }

    private GaugeSnapshot driftAlarms() {
        GaugeSnapshot.Builder alarms = gauge(
                "escapement_calibration_drift_alarm",
                "1 for each action (empty: all) whose outcomes stray from what the calibration map says, else 0");
        drifts.forEach(drift -> alarms.dataPoint(point(drift.alarmSince() == null ? 0 : 1, ofAction(drift))));
        return alarms.build();
    }

    private GaugeSnapshot mapsPublished() {
        GaugeSnapshot.Builder since = gauge(
                "escapement_calibration_map_published_seconds",
                "Since when the calibration map that counts for an action (empty: all) is in force, in Unix time");
        for (Drift drift : drifts) {
            if (drift.publishedAt() != null) {
                since.dataPoint(point(drift.publishedAt().toEpochMilli() / 1000.0, ofAction(drift)));
            }
        }
        return since.build();
    }

    private static Labels ofAction(Drift drift) {
        return Labels.of("action", drift.action() == null ? "" : drift.action());
    }

    private static HistogramSnapshot durations(
            String name, String help, String label, List<SpreadStore.Ever.Part> parts) {
        HistogramSnapshot.Builder histogram =
                HistogramSnapshot.builder().name(name).help(help);
        Map<String, List<SpreadStore.Ever.Part>> byName = new TreeMap<>();
        parts.forEach(part ->
                byName.computeIfAbsent(part.name(), _ -> new ArrayList<>()).add(part));
        byName.forEach((subject, buckets) -> histogram.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(Labels.of(label, subject))
                .classicHistogramBuckets(octaves(buckets))
                .sum(buckets.stream()
                        .mapToDouble(SpreadStore.Ever.Part::seconds)
                        .sum())
                .build()));
        return histogram.build();
    }

    /** By whole powers of two from 0.125 ms to 18.6 hours, so that there are 31 lines of each. */
    private static ClassicHistogramBuckets octaves(List<SpreadStore.Ever.Part> parts) {
        int first = -3;
        double[] bounds = new double[31];
        long[] counts = new long[bounds.length];
        for (int i = 0; i < bounds.length - 1; i++) {
            bounds[i] = Buckets.beginMillis(2 * (first + i)) / 1000;
        }
        bounds[bounds.length - 1] = Double.POSITIVE_INFINITY;
        for (SpreadStore.Ever.Part part : parts) {
            int octave = Math.floorDiv(part.bucket(), 2) + 1 - first;
            counts[Math.clamp(octave, 0, counts.length - 1)] += part.n();
        }
        return ClassicHistogramBuckets.of(bounds, counts);
    }

    private static GaugeSnapshot.Builder gauge(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help + ", in the whole cluster");
    }

    private static CounterSnapshot.Builder counter(String name, String help) {
        return CounterSnapshot.builder().name(name).help(help + ", in the whole cluster");
    }

    private static GaugeDataPointSnapshot point(double value, Labels labels) {
        return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    private static CounterDataPointSnapshot count(double value, Labels labels) {
        return CounterDataPointSnapshot.builder().value(value).labels(labels).build();
    }
}
