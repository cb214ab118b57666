package escapement.bench;

import escapement.Server;
import escapement.access.Principal;
import escapement.action.Action;
import escapement.action.ActionContext;
import escapement.action.Outcome;
import escapement.task.NewTask;
import escapement.task.NewTaskReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;

/** How long after a task's end a caller hears of it who waits for it at another node, over HTTP. */
final class WaitLatency {
    private static final int LIMIT = 50;
    private static final int WARM_UP = 20;
    private static final int SAMPLES = 200;
    private static final long NAP_MILLIS = 60;

    private final BenchDatabase database;
    private final Nodes nodes;

    WaitLatency(BenchDatabase database, Nodes nodes) {
        this.database = database;
        this.nodes = nodes;
    }

    /** @return milliseconds, sorted */
    double[] otherNode() throws Exception {
        database.empty();
        Nap nap = new Nap();
        NewTask task = NewTaskReader.read(Nodes.task(Nap.NAME, "{}"));
        double[] millis = new double[SAMPLES];
        try (Nodes.Busy busy = nodes.busy();
                Server server = nodes.node(LIMIT, nap);
                HttpClient client = HttpClient.newHttpClient()) {
            server.start();
            for (int i = -WARM_UP; i < SAMPLES; i++) {
                long id = server.enqueuer()
                        .submit(Principal.LOCAL, task)
                        .task()
                        .task()
                        .id();
                URI wait = URI.create("http://127.0.0.1:" + busy.server().port() + "/api/v1/tasks/" + id + "/wait");
                client.send(HttpRequest.newBuilder(wait).build(), BodyHandlers.discarding());
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - nap.end) / 1e6;
                }
            }
        }
        Arrays.sort(millis);
        return millis;
    }

    /** Takes long enough for the caller to be waiting when it ends. */
    private static final class Nap implements Action {
        static final String NAME = "bench.nap";
        private volatile long end;

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String description() {
            return "Measures when it ends.";
        }

        @Override
        public Outcome run(ActionContext context) throws InterruptedException {
            Thread.sleep(NAP_MILLIS);
            end = System.nanoTime();
            return new Outcome.Succeeded(null);
        }
    }
}
