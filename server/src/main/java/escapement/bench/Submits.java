package escapement.bench;

import escapement.access.Principal;
import escapement.queue.Enqueuer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;

/** How fast tasks come in, at a node that runs none meanwhile. */
final class Submits {
    private static final int CALLERS = 4;
    private static final double WARM_UP_SECONDS = 10;
    // a request over HTTP passes through much code, and the compilers are at it for as long
    private static final double HTTP_WARM_UP_SECONDS = 60;
    private static final String BULK_JSON =
            "{\"tasks\":[" + String.join(",", Collections.nCopies(Nodes.BULK, Nodes.TASK_JSON)) + "]}";

    private final BenchDatabase database;
    private final Nodes nodes;
    private final int seconds;

    Submits(BenchDatabase database, Nodes nodes, int seconds) {
        this.database = database;
        this.nodes = nodes;
        this.seconds = seconds;
    }

    double singleInProcess() throws Exception {
        return atBusyNode(busy -> {
            Enqueuer enqueuer = busy.server().enqueuer();
            Load.Call call = () -> enqueuer.submit(Principal.LOCAL, Nodes.TASK);
            return Load.rate(Collections.nCopies(CALLERS, call), WARM_UP_SECONDS, seconds);
        });
    }

    double singleOverHttp() throws Exception {
        return atBusyNode(busy -> Load.rate(
                Collections.nCopies(CALLERS, post(busy, "/api/v1/tasks", Nodes.TASK_JSON)),
                HTTP_WARM_UP_SECONDS,
                seconds));
    }

    double bulkInProcess() throws Exception {
        return atBusyNode(busy -> {
            Enqueuer enqueuer = busy.server().enqueuer();
            Load.Call call = () -> enqueuer.submit(Principal.LOCAL, Nodes.BULK_TASKS);
            return Load.rate(List.of(call), WARM_UP_SECONDS, seconds) * Nodes.BULK;
        });
    }

    double bulkOverHttp() throws Exception {
        return atBusyNode(
                busy -> Load.rate(List.of(post(busy, "/api/v1/tasks/batch", BULK_JSON)), HTTP_WARM_UP_SECONDS, seconds)
                        * Nodes.BULK);
    }

    private double atBusyNode(Measure measure) throws Exception {
        database.empty();
        try (Nodes.Busy busy = nodes.busy()) {
            double rate = measure.at(busy);
            database.hold(); // or the node would run what was submitted before it stops
            return rate;
        }
    }

    // not java.net.http: its threads would take a quarter of the processor from the server beside it
    private static Load.Call post(Nodes.Busy busy, String path, String json) {
        URI uri = URI.create("http://127.0.0.1:" + busy.server().port() + path);
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return () -> {
            HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(body);
            }
            int status = connection.getResponseCode();
            try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                String answer =
                        new String(in.readAllBytes(), StandardCharsets.UTF_8); // read to its end, it is kept alive
                if (status != HttpURLConnection.HTTP_CREATED) {
                    throw new IllegalStateException("answered " + status + ": " + answer);
                }
            }
        };
    }

    private interface Measure {
        double at(Nodes.Busy busy) throws Exception;
    }
}
