package escapement.bench;

import escapement.Server;
import java.time.Duration;

/** What a node costs that has nothing to do. */
final class Idle {
    private static final Duration SETTLING = Duration.ofSeconds(5);
    private static final double MIB = 1 << 20;

    private final BenchDatabase database;
    private final Nodes nodes;
    private final Duration length;
    private Cost cost = new Cost(0, 0, 0);
    private double transactions;
    private double heapMiB;

    Idle(BenchDatabase database, Nodes nodes, Duration length) {
        this.database = database;
        this.nodes = nodes;
        this.length = length;
    }

    void run() throws Exception {
        database.empty();
        try (Server server = nodes.node(50, new Probe())) {
            server.start();
            Thread.sleep(SETTLING);
            Cost before = Cost.until(database);
            long transactionsBefore = database.transactions();
            Thread.sleep(length);
            transactions = (double) (database.transactions() - transactionsBefore) / length.toSeconds();
            cost = Cost.until(database).minus(before);
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            heapMiB = (runtime.totalMemory() - runtime.freeMemory()) / MIB;
        }
    }

    double transactionsPerSecond() {
        return transactions;
    }

    /** Hundredths of a core, of both sides. */
    double percentOfCore() {
        return (cost.jvmMicros() + cost.postgresMicros()) / (length.toNanos() / 1e3) * 100;
    }

    /** After a collection, with what the bench itself keeps. */
    double heapMiB() {
        return heapMiB;
    }
}
