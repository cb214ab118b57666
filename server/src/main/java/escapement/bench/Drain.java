package escapement.bench;

import escapement.Server;
import escapement.task.NewTask;
import java.util.List;
import java.util.stream.Stream;

/** How fast a node ends tasks that wait for it, and what each costs. */
final class Drain {
    private final BenchDatabase database;
    private final Nodes nodes;
    private Cost cost = new Cost(0, 0, 0);

    Drain(BenchDatabase database, Nodes nodes) {
        this.database = database;
        this.nodes = nodes;
    }

    /** Tasks per second, from the first start until the database holds none open. */
    double run(int tasks, int limit) throws Exception {
        return run(tasks, limit, Nodes.TASK);
    }

    /** As {@link #run(int, int)}, with tasks like this one. */
    double run(int tasks, int limit, NewTask like) throws Exception {
        return run(tasks, limit, like, 1);
    }

    /** As {@link #run(int, int)}, by some nodes in this process, each of which runs {@code limit} at once. */
    double runBy(int count, int tasks, int limit) throws Exception {
        return run(tasks, limit, Nodes.TASK, count);
    }

    private double run(int tasks, int limit, NewTask like, int count) throws Exception {
        database.empty();
        nodes.store(like, tasks);
        database.settle();
        database.hold(); // or the first node would run while the others start
        Probe probe = new Probe();
        List<Server> servers =
                Stream.generate(() -> nodes.node(limit, probe)).limit(count).toList();
        try {
            servers.forEach(Server::start);
            database.release();
            servers.forEach(server -> server.engine().wake());
            Await.until("the first start", () -> probe.starts() > 0);
            Cost before = Cost.until(database);
            // no question to the database while it has work to do
            Await.until("the last start", () -> probe.starts() >= tasks);
            Await.until("the last end", () -> database.ended() >= tasks);
            double seconds = (System.nanoTime() - probe.firstStart()) / 1e9;
            cost = Cost.until(database).minus(before).per(tasks);
            database.expectEnded(tasks);
            return tasks / seconds;
        } finally {
            servers.forEach(Server::close);
        }
    }

    /** Of the last run, per task. */
    Cost cost() {
        return cost;
    }
}
