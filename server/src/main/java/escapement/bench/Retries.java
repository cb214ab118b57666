package escapement.bench;

import escapement.Server;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;

/** How long tasks take that fail the first time: their run, the wait that the back-off asks for, and the second run. */
final class Retries {
    private static final int LIMIT = 50;
    private static final NewTask FAILS_ONCE = NewTaskReader.read(
            "{\"action_name\":\"fail\",\"action_params\":{\"times\":1},\"retry\":{\"first_seconds\":1}}");

    private final BenchDatabase database;
    private final Nodes nodes;

    Retries(BenchDatabase database, Nodes nodes) {
        this.database = database;
        this.nodes = nodes;
    }

    /** Seconds from the moment a running node may claim the first task until the last has ended. */
    double run(int tasks) throws Exception {
        database.empty();
        nodes.store(FAILS_ONCE, tasks);
        database.settle();
        database.hold();
        try (Server server = nodes.node(LIMIT)) {
            server.start();
            long start = System.nanoTime();
            database.release();
            server.engine().wake();
            Await.until("the last end", () -> database.ended() >= tasks);
            double seconds = (System.nanoTime() - start) / 1e9;
            database.expectEnded(tasks);
            return seconds;
        }
    }
}
