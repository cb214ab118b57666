package escapement.bench;

import escapement.Server;
import escapement.access.Principal;
import escapement.queue.Enqueuer;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** How long after its submit a task starts when there is nothing else to do. */
final class Latency {
    private static final int LIMIT = 50;
    private static final int WARM_UP = 20;

    private final BenchDatabase database;
    private final Nodes nodes;
    private final int samples;

    Latency(BenchDatabase database, Nodes nodes, int samples) {
        this.database = database;
        this.nodes = nodes;
        this.samples = samples;
    }

    /** Submitted to the node that runs it. @return milliseconds, sorted */
    double[] sameNode() throws Exception {
        database.empty();
        Probe probe = new Probe();
        try (Server server = nodes.node(LIMIT, probe)) {
            server.start();
            return sample(server.enqueuer(), probe);
        }
    }

    /** Submitted to a node that is busy, run by another. @return milliseconds, sorted */
    double[] otherNode() throws Exception {
        database.empty();
        Probe probe = new Probe();
        try (Nodes.Busy busy = nodes.busy();
                Server server = nodes.node(LIMIT, probe)) {
            server.start();
            return sample(busy.server().enqueuer(), probe);
        }
    }

    private double[] sample(Enqueuer enqueuer, Probe probe) throws Exception {
        double[] millis = new double[samples];
        for (int i = -WARM_UP; i < samples; i++) {
            pause();
            long startsBefore = probe.starts();
            enqueuer.submit(Principal.LOCAL, Nodes.TASK);
            long submitted = System.nanoTime();
            Await.until("the start", () -> probe.starts() > startsBefore);
            if (i >= 0) {
                millis[i] = (probe.lastStart() - submitted) / 1e6;
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    private static void pause() {
        long until = System.nanoTime() + ThreadLocalRandom.current().nextLong(5, 201) * 1_000_000;
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
