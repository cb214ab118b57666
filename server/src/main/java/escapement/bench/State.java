package escapement.bench;

import escapement.Server;
import escapement.access.Principal;
import escapement.state.StateFile;
import escapement.state.StateFilter;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** How long tasks take to be written as a file and read from one, with how much memory, and what a drain loses by it. */
final class State {
    private final BenchDatabase database;
    private final Nodes nodes;
    private double exportSeconds;
    private double exportPeak;
    private double importSeconds;
    private double importPeak;

    State(BenchDatabase database, Nodes nodes) {
        this.database = database;
        this.nodes = nodes;
    }

    /** There and back. */
    void roundTrip(int tasks) throws Exception {
        Path file = Files.createTempFile("escapement-bench", ".json");
        try {
            database.empty();
            nodes.store(Nodes.TASK, tasks);
            database.settle();
            try (Server server = nodes.node(1, new Probe())) { // not started: nothing else is measured
                resetPeak();
                long began = System.nanoTime();
                try (OutputStream out = Files.newOutputStream(file)) {
                    server.exports().write(new StateFilter(null, null, null, null, null), out);
                }
                exportSeconds = (System.nanoTime() - began) / 1e9;
                exportPeak = peak();
                database.empty();
                database.forgetInstallation(); // or the file would be one of our own
                resetPeak();
                began = System.nanoTime();
                long[] told = new long[1];
                server.imports().run(Principal.LOCAL, StateFile.scan(file), false, task -> told[0]++);
                importSeconds = (System.nanoTime() - began) / 1e9;
                importPeak = peak();
                if (told[0] != tasks) {
                    throw new IllegalStateException("%d of %d tasks came back".formatted(told[0], tasks));
                }
            }
        } finally {
            Files.delete(file);
        }
    }

    /** Tasks per second of a drain while one export after the other is written. */
    double drainBesideExports(int tasks, int limit) throws Exception {
        database.empty();
        nodes.store(Nodes.TASK, tasks);
        database.settle();
        Probe probe = new Probe();
        try (Server server = nodes.node(limit, probe)) {
            AtomicBoolean over = new AtomicBoolean();
            Thread exporter = Thread.ofPlatform().name("exporter").unstarted(() -> {
                while (!over.get()) {
                    server.exports()
                            .write(new StateFilter(null, null, null, null, null), OutputStream.nullOutputStream());
                }
            });
            server.start();
            exporter.start();
            try {
                Await.until("the last start", () -> probe.starts() >= tasks);
                Await.until("the last end", () -> database.ended() >= tasks);
                return tasks / ((System.nanoTime() - probe.firstStart()) / 1e9);
            } finally {
                over.set(true);
                exporter.join();
            }
        }
    }

    double exportSeconds() {
        return exportSeconds;
    }

    /** Of the heap, in MiB. */
    double exportPeak() {
        return exportPeak;
    }

    double importSeconds() {
        return importSeconds;
    }

    /** Of the heap, in MiB. */
    double importPeak() {
        return importPeak;
    }

    private static void resetPeak() {
        System.gc();
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            pool.resetPeakUsage();
        }
    }

    private static double peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .mapToLong(pool -> pool.getPeakUsage().getUsed())
                        .sum()
                / 1048576.0;
    }
}
