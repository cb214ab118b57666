package escapement.bench;

import escapement.Server;
import escapement.access.Principal;
import java.util.concurrent.locks.LockSupport;

/** One node that takes tasks at a given rate and runs them at the same time. */
final class Flow {
    private static final int LIMIT = 50;

    private final BenchDatabase database;
    private final Nodes nodes;
    private double submittedPerSecond;
    private double endedPerSecond;
    private long openAtEnd;

    Flow(BenchDatabase database, Nodes nodes) {
        this.database = database;
        this.nodes = nodes;
    }

    void run(int rate, int seconds) throws Exception {
        database.empty();
        Probe probe = new Probe();
        try (Server server = nodes.node(LIMIT, probe)) {
            server.start();
            long submitted = submit(server, rate, seconds);
            long ended = database.ended();
            submittedPerSecond = (double) submitted / seconds;
            endedPerSecond = (double) ended / seconds;
            openAtEnd = submitted - ended;
            Await.until("the last end", () -> database.ended() >= submitted);
            database.expectEnded(submitted);
        }
    }

    /** Every batch at its time, or as soon after it as the one before has been stored. */
    private static long submit(Server server, int rate, int seconds) {
        long start = System.nanoTime();
        long end = start + seconds * 1_000_000_000L;
        long submitted = 0;
        while (true) {
            long due = start + (long) (submitted * 1e9 / rate);
            awaitTime(due);
            if (System.nanoTime() - end >= 0) {
                return submitted;
            }
            server.enqueuer().submit(Principal.LOCAL, Nodes.BULK_TASKS);
            submitted += Nodes.BULK;
        }
    }

    // a submit that shared its commit may leave a permit behind, which ends one pause at once
    private static void awaitTime(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    double submittedPerSecond() {
        return submittedPerSecond;
    }

    /** While it was submitted. */
    double endedPerSecond() {
        return endedPerSecond;
    }

    long openAtEnd() {
        return openAtEnd;
    }
}
