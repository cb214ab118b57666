package escapement.bench;

import escapement.Config;
import escapement.Server;
import escapement.access.Principal;
import escapement.action.Action;
import escapement.action.Actions;
import escapement.action.builtin.BuiltIns;
import escapement.action.builtin.HttpAllowList;
import escapement.db.DatabaseAddress;
import escapement.db.Wakeups;
import escapement.drill.Cluster;
import escapement.queue.Enqueuer;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;
import escapement.task.Submission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Makes the nodes and the tasks that are measured. */
final class Nodes {
    static final int BULK = 500;
    /** About 200 bytes of parameters. */
    static final String TASK_JSON = task(Probe.NAME, "{\"value\":{\"ok\":true},\"note\":\"" + "x".repeat(165) + "\"}");

    static final NewTask TASK = NewTaskReader.read(TASK_JSON);

    /** As {@link #TASK}, of a risk level that has a rule, which it passes. */
    static final NewTask RISKY_TASK = NewTaskReader.read(TASK_JSON.replace("\"LOW\"", "\"HIGH\""));

    static final List<Submission> BULK_TASKS = Collections.nCopies(BULK, Submission.alone(TASK));

    private final IntFunction<Config> config;
    private final DatabaseAddress address;

    Nodes(IntFunction<Config> config, DatabaseAddress address) {
        this.config = config;
        this.address = address;
    }

    static String task(String action, String params) {
        return "{\"action_name\":\"%s\",\"risk_level\":\"LOW\",\"confidence_score\":0.9,\"action_params\":%s}"
                .formatted(action, params);
    }

    /** A node that is not started yet. */
    Server node(int limit, Action... actions) {
        List<Action> all = new ArrayList<>(BuiltIns.all(HttpAllowList.parse("")));
        Collections.addAll(all, actions);
        return new Server(config.apply(limit), address, new Actions(all));
    }

    /** Nodes in processes of their own, none of which is started yet. @param folder for what they print and keep */
    Cluster processes(int limit, Path folder) {
        return new Cluster(
                address,
                folder,
                List.of("-Xmx512m"),
                Map.of("ESCAPEMENT_MAX_CONCURRENT_TASKS", Integer.toString(limit)));
    }

    /** Tells all nodes what this process changed. */
    Wakeups wakeups() {
        return new Wakeups(address, fromOrder -> {}, () -> {});
    }

    /** A started node whose only slot is taken: it takes submits and claims nothing. */
    Busy busy() throws InterruptedException {
        Hold hold = new Hold();
        Server server = node(1, hold, new Probe());
        server.start();
        server.enqueuer().submit(Principal.LOCAL, NewTaskReader.read(task(Hold.NAME, "{}")));
        hold.awaitStart();
        return new Busy(server, hold);
    }

    /** Stores tasks without a node, 500 at a time. */
    void store(NewTask task, int tasks) {
        try (Server server = node(1, new Probe())) { // not started: it claims nothing
            Enqueuer enqueuer = server.enqueuer();
            for (int stored = 0; stored < tasks; stored += BULK) {
                int some = Math.min(BULK, tasks - stored);
                enqueuer.submit(Principal.LOCAL, Collections.nCopies(some, Submission.alone(task)));
            }
        }
    }

    record Busy(Server server, Hold hold) implements AutoCloseable {
        @Override
        public void close() {
            hold.release();
            server.close();
        }
    }
}
