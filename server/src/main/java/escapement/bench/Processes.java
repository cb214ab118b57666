package escapement.bench;

import escapement.db.Wakeups;
import escapement.drill.Cluster;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;
import java.nio.file.Path;
import java.time.Duration;

/** Nodes in processes of their own, as in production, that drain together. */
final class Processes {
    /** The database has work to do. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private static final int WARM_UPS = 3;

    /** Of an action that every node has. */
    private static final NewTask TASK = NewTaskReader.read(Nodes.task("echo", "{\"value\":{\"ok\":true}}"));

    private final BenchDatabase database;
    private final Nodes nodes;
    private final Path folder;

    /** @param folder for what the nodes print and keep */
    Processes(BenchDatabase database, Nodes nodes, Path folder) {
        this.database = database;
        this.nodes = nodes;
        this.folder = folder;
    }

    /** Tasks per second, from the first start to the last end, by warm nodes that each run {@code limit} at once. */
    double drain(int count, int tasks, int limit) throws Exception {
        try (Cluster cluster = nodes.processes(limit, folder);
                Wakeups wakeups = nodes.wakeups()) {
            cluster.start(count);
            for (int i = 0; i < WARM_UPS * count; i++) { // each is to have run as many as one alone
                drain(tasks, wakeups);
            }
            double rate = drain(tasks, wakeups);
            cluster.stop();
            return rate;
        }
    }

    private double drain(int tasks, Wakeups wakeups) throws Exception {
        database.empty();
        database.hold();
        nodes.store(TASK, tasks);
        database.settle();
        database.release();
        wakeups.announceStops(); // or each would begin when it looks next, within a second
        Await.until("the last end", LOOK_EVERY, () -> database.ended() >= tasks);
        database.expectEnded(tasks);
        return tasks / database.secondsOfAttempts();
    }
}
