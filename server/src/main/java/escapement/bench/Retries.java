package escapement.bench;

import escapement.Server;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;

/** How long tasks take that fail the first time: their run, the wait that the back-off asks for, and the second run. */
final class Retries {
    private static final int LIMIT = 50;
    private static final NewTask FAILS_ONCE = NewTaskReader.read(Nodes.task("fail", "{\"times\":1}"));

    private final BenchDatabase database;
    private final Nodes nodes;

    Retries(BenchDatabase database, Nodes nodes) {
        this.database = database;
        this.nodes = nodes;
    }

    /** Seconds from the start of the node until the last task has ended. */
    double run(int tasks) throws Exception {
        database.empty();
        nodes.store(FAILS_ONCE, tasks);
        database.settle();
        try (Server server = nodes.node(LIMIT)) {
            long start = System.nanoTime();
            server.start();
            Await.until("the last end", () -> database.ended() >= tasks);
            double seconds = (System.nanoTime() - start) / 1e9;
            database.expectEnded(tasks);
            return seconds;
        }
    }
}
