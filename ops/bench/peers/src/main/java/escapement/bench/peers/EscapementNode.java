package escapement.bench.peers;

import escapement.Config;
import escapement.Server;
import escapement.access.Principal;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Actions;
import escapement.action.Outcome;
import escapement.action.builtin.BuiltIns;
import escapement.action.builtin.HttpAllowList;
import escapement.db.DatabaseAddress;
import escapement.migrations.Migrations;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;
import escapement.task.Submission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** A node of this server as it comes: history, gate and calibration on. Its tasks carry a confidence. */
final class EscapementNode extends Contestant {
    private static final NewTask TASK =
            NewTaskReader.read("{\"action_name\":\"noop\",\"confidence_score\":0.9,\"action_params\":{}}");

    private static final class Noop implements Action {
        @Override
        public String name() {
            return "noop";
        }

        @Override
        public String description() {
            return "Does nothing.";
        }

        @Override
        public Outcome run(ActionContext context) {
            ran();
            return new Outcome.Succeeded(null);
        }
    }

    @Override
    int jobs() {
        return 200_000;
    }

    @Override
    void createSchema() {
        Migrations.migrate(url(), System.getenv("BENCH_USER"), System.getenv("BENCH_PASSWORD"));
    }

    @Override
    void store(int jobs) {
        try (Server node = node(1)) { // not started: it claims nothing
            for (int stored = 0; stored < jobs; stored += 500) {
                int some = Math.min(500, jobs - stored);
                node.enqueuer().submit(Principal.LOCAL, Collections.nCopies(some, Submission.alone(TASK)));
            }
        }
    }

    @Override
    AutoCloseable start(int threads) {
        Server node = node(threads);
        node.start();
        return node;
    }

    @Override
    long open() throws Exception {
        return count("select count(*) from escapement.live");
    }

    private static Server node(int limit) {
        Config config = Config.of(Map.of(
                "ESCAPEMENT_PORT", "0",
                "ESCAPEMENT_DATABASE_URL", url(),
                "ESCAPEMENT_DATABASE_USER", System.getenv("BENCH_USER"),
                "ESCAPEMENT_DATABASE_PASSWORD", System.getenv("BENCH_PASSWORD"),
                "ESCAPEMENT_AUTH", "none",
                "ESCAPEMENT_MAX_CONCURRENT_TASKS", Integer.toString(limit)));
        List<Action> actions = new ArrayList<>(BuiltIns.all(HttpAllowList.parse("")));
        actions.add(new Noop());
        DatabaseAddress address =
                new DatabaseAddress(url(), System.getenv("BENCH_USER"), System.getenv("BENCH_PASSWORD"));
        return new Server(config, address, new Actions(actions));
    }
}
